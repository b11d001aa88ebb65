"""What holds of the whole run: everything asked for exists, follows Discord's document, pings nobody, says no secret."""
import json, subprocess, sys, time

import daily, secrecy
from world import GUILDS, TOKEN


def end(w):
    if getattr(w, "retried", False):
        w.wait("a tip that Discord failed to take comes later", lambda: daily.stands(w, "globex", "team"), 90)
        w.checks.equal("and stands once", len(daily.stands(w, "globex", "team")), 1)
    daily.came(w, "at the end")
    secrecy.nowhere(w, "while the bot runs")
    w.stop_bot()
    secrecy.nowhere(w, "after it ended")
    # What the wire took for itself is held against the document as well.
    state, rest = w.state(), w.rest() + getattr(w, "private", [])
    w.checks.equal("nothing was asked of Discord that the model does not know", state["gaps"], [])
    told = w.folder / "rest.json"
    told.write_text(json.dumps(rest))
    check = subprocess.run([sys.executable, str(w.model_dir / "openapi_check.py"), str(told)], capture_output=True, text=True)
    w.checks.that("every request follows Discord's document", check.returncode == 0, "0 broken", check.stdout + check.stderr)
    w.checks.notes.append(f"Discord's document: {check.stdout.strip().splitlines()[-1]}" if check.stdout else check.stderr)
    pinging = [entry["path"] for entry in rest if says_something(entry) and mentions(entry) != {"parse": []}]
    w.checks.equal("every message forbids mentions", pinging, [])
    rung = [m["content"] for guild in GUILDS for name in w.channels if name.startswith(guild) and not name.endswith(("/tickets", "/questions"))
            for m in w.messages(guild, name.split("/")[1]) if m["author"].get("bot") and (m.get("mention_everyone") or m.get("mentions") or m.get("mention_roles"))]
    w.checks.equal("no message mentions anybody", rung, [])
    refused = [f"{e['method']} {e['path'].split('/')[1]} {e['status']} {e.get('error')}" for e in rest if e.get("status", 200) in (400, 401, 403, 404, 405, 501)]
    w.checks.that("Discord refused nothing but what was made to fail", not [r for r in refused if "40060" not in r], "no refusal", refused)
    lines = w.log_file.read_text("utf-8", "replace").splitlines()
    odd = [line[:200] for line in lines if not line.startswith("{") or not line.endswith("}")]
    w.checks.equal("every line of the log is one object", odd, [])
    w.checks.equal("the log tells of no fault of ours", [line for line in lines if '"ERROR"' in line], [])
    tokens = {entry["path"].split("/")[3] for entry in rest if entry["path"].startswith(("/interactions/", "/webhooks/"))}
    for path in (p for p in w.home.rglob("*") if p.is_file()):
        content = path.read_bytes().decode("latin-1")
        w.checks.that(f"no token in {path.name}", TOKEN not in content and not any(token in content for token in tokens), "no token", "one")


def says_something(entry):
    body = entry["json"]
    if not isinstance(body, dict) or entry["method"] not in ("POST", "PATCH"): return False
    if entry["path"].endswith("/callback"): return body["type"] in (4, 7)
    return entry["path"].endswith("/messages") or entry["path"].startswith("/webhooks/")


def mentions(entry):
    body = entry["json"]
    return (body["data"] if entry["path"].endswith("/callback") else body).get("allowed_mentions")
