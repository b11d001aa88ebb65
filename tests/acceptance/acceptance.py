"""The acceptance run; see `run` beside this file."""
import pathlib, sys, tempfile, time

import commands, daily, ending, gateway, practice, reviewing, secrecy, shards, tenants, tickets, watching
from world import MOSTLY_WITHIN_MS, World

# In this order; each takes the world as the ones before left it.
SCENARIOS = {
    "begin": commands.begin, "daily-due": daily.due, "commands": commands.everywhere, "wrong-people": commands.wrong_people,
    "suggestions": commands.suggestions, "tips": commands.tips, "listening": commands.listening, "reviewing": reviewing.form_flow,
    "dismissing": reviewing.dismissing, "forged": reviewing.forged, "odd-drafts": reviewing.odd_drafts, "haste": commands.haste,
    "tickets": tickets.twenty, "watching": watching.follows, "forgetting": watching.forgetting, "daily": daily.commands,
    "practice": practice.day, "faults": gateway.faults, "dropped": gateway.dropped, "restart": gateway.restart, "denied": gateway.denied,
    "shards": shards.replicas,
    "tenants": tenants.never_cross, "canary": secrecy.canary, "end": ending.end,
}
NEEDED = ("begin", "end")


def main():
    model, binary, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
    unknown = [name for name in wanted if name not in SCENARIOS]
    if unknown:
        sys.exit(f"no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bedside-acceptance-") as folder:
        world = World(model, binary, pathlib.Path(folder))
        try:
            world.start_model(sys.executable)
            for name, scenario in SCENARIOS.items():
                if wanted and name not in (*wanted, *NEEDED):
                    continue
                at, count = time.monotonic(), world.checks.passed
                try:
                    scenario(world)
                except Exception as error:  # a scenario that stumbles is a failed check; the others still tell
                    place = error.__traceback__
                    while place.tb_next: place = place.tb_next
                    seen = f"{type(error).__name__}: {error} ({pathlib.Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno})"
                    world.checks.that(f"{name} runs through", False, "no surprise", seen)
                print(f"  {name}: {world.checks.passed - count} passed, {time.monotonic() - at:.0f} s", flush=True)
        finally:
            world.end()
    answers = sorted(world.answers)
    took, _ = answers[len(answers) * 19 // 20]
    world.checks.that("nineteen answers of twenty come at once", took <= MOSTLY_WITHIN_MS, f"{MOSTLY_WITHIN_MS} ms", f"{took} ms")
    for note in world.checks.notes:
        print(f"  {note}")
    failed = len(world.checks.failures)
    print(f"19 of 20 answers within {took:.0f} ms, the slowest after {answers[-1][0]:.0f} ms ({answers[-1][1]}); {time.monotonic() - began:.0f} s in all")
    print(f"{world.checks.passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
