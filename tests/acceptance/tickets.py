"""The twenty tickets: a customer writes, somebody is coached and answers, well and badly."""
import pathlib, tomllib

from world import GUILDS

PLACES = ("support", "printer-thread", "printer-post", "ticket-1")
GRAVE = ("Mend before sending", "Worth a change")


def twenty(w):
    corpus = pathlib.Path(__file__).parent.parent / "corpus" / "tickets.toml"
    tickets = tomllib.loads(corpus.read_text())["ticket"]
    w.checks.equal("there are twenty tickets", len(tickets), 20)
    staff, calm, caught = [(guild, user) for user in ("alice", "dan", "carol") for guild in GUILDS], [], []
    for number, ticket in enumerate(tickets):
        guild, user = staff[number % len(staff)]
        place, name = PLACES[number % len(PLACES)], ticket["id"]
        message = w.send("bob", ticket["customer"], guild, place)
        told = w.slash(user, "coach", guild, place)
        w.checks.matches(f"{name}: coach by {user} in {guild}/{place}", "^(Coaching|A person first)", told.text)
        advice = w.context(user, "Help me answer", message, guild, place)
        w.checks.equal(f"{name}: help and coach say the same", advice.title, told.title)
        form = w.click(user, advice, next(iter(advice.buttons), None), guild=guild, channel=place)
        w.checks.equal(f"{name}: the form holds the message", form.fields.get("answers"), ticket["customer"])
        good = w.submit(user, form, {"draft": ticket["good"]}, guild, place)
        w.checks.that(f"{name}: the good draft has a card", good.title and "Edit and review again" in good.buttons, "a card", good)
        if not any(word in good.text for word in GRAVE): calm.append(name)
        form = w.click(user, good, "Edit and review again", guild=guild, channel=place)
        w.checks.that(f"{name}: the message stands in the form still", form.fields.get("answers") == ticket["customer"], ticket["customer"], form.fields)
        bad = w.submit(user, form, {"draft": ticket["bad"]}, guild, place)
        w.checks.that(f"{name}: the bad draft has a card", bad.title and bad.id == good.id, "the card, changed", bad)
        if bad.menu: caught.append(name)
        if not bad.menu: w.checks.notes.append(f"no point on the bad draft of {name}")
        if name not in calm: w.checks.notes.append(f"a finding on the good draft of {name}: {good.menu}")
    w.checks.notes.append(f"tickets: {len(calm)} of 20 good drafts draw no finding, {len(caught)} of 20 bad ones draw at least one")
