"""The canary: a sentence put through everything the bot takes, and then looked for in everything it leaves behind."""
import base64, json

from world import with_data, with_option

# Words that stand nowhere else, so that a piece of the sentence gives itself away too.
WORDS = ("Quibberlanx", "zorptangle", "Wexmordial", "Frobdignath")
CANARY = "Quibberlanx should have backed that up, you zorptangle! Just reboot the Wexmordial, obviously you broke Frobdignath."


def canary(w):
    def forced(user, name, options, option):
        return w.slash(user, name, "globex", options=options, change=with_option(option, CANARY))

    card = w.review("alice", CANARY)
    w.checks.matches("the canary is reviewed", "Quibberlanx should have backed|zorptangle|reboot", card.text)
    for label in ("Show all", "Back", "Why?", "Back"):
        if label in card.buttons: card = w.click("alice", card, label)
    form = w.click("alice", card, "Edit and review again")
    w.submit("alice", form, {"draft": CANARY + " Really.", "answers": CANARY})
    for user, name, options in (
        ("alice", "coach", {"about": CANARY}), ("alice", "tip", {"topic": CANARY}), ("alice", "listen", {"topic": CANARY}),
        ("carol", "daily on", {"channel": "#team", "time": "09:00", "zone": CANARY}),
        ("carol", "daily on", {"channel": "#team", "time": "09:00", "zone": "UTC", "days": CANARY}),
        ("carol", "daily on", {"channel": "#team", "time": "09:00", "zone": "UTC", "topics": CANARY}),
        ("carol", "rules off", {"rule": CANARY}), ("carol", "rules on", {"rule": CANARY}),
    ):
        told = w.slash(user, name, options=options)
        w.checks.that(f"{name} takes the canary", told.text, "a card", told)
    forced("carol", "daily on", {"channel": "#team", "time": "09:00", "zone": "UTC"}, "time")
    forced("carol", "daily skip", {"channel": "#team", "date": "2026-01-01"}, "date")
    for name, options in (("daily off", {"channel": "#team"}), ("daily now", {"channel": "#team"}), ("report", {"channel": "#team"}), ("watch add", {"channel": "#team"}), ("watch remove", {"channel": "#team"})):
        forced("carol", name, options, "channel")
    forced("carol", "watch staff", {"role": "@staff"}, "role")
    for option, name in (("topic", "tip"), ("about", "coach"), ("topic", "listen")):
        w.control("autocomplete", user="alice", name=name, option=option, value=CANARY)
    # Watched, edited, deleted; in a channel, a thread, a post; answered, read back.
    for number, place in enumerate(("support", "printer-thread", "printer-post", "ticket-1")):
        user = ("dan", "carol")[number % 2]
        message = w.send("bob", "I am furious! " + CANARY, channel=place)
        w.slash(user, "coach", channel=place)
        w.control("edit", user="bob", channel=place, message=message, content="I am livid! " + CANARY)
        advice = w.context(user, "Help me answer", message, channel=place)
        form = w.click(user, advice, next(iter(advice.buttons)), channel=place)
        w.submit(user, form, {"draft": CANARY, "answers": CANARY}, channel=place)
        w.context("alice", "How does this read?", w.send("alice", CANARY, channel=place), channel=place)
        w.control("delete", user="bob", channel=place, message=message)
    w.control("thread", user="bob", channel="support", name="Quibberlanx-zorptangle", content=CANARY)
    for custom_id in (CANARY[:100], "review:all:" + WORDS[0], "tip:another:" + WORDS[1], "tip:share:" + WORDS[2]):
        w.click("dan", w.review("dan", CANARY), "Why?", change=with_data(custom_id=custom_id))
    card = w.review("dan", CANARY)
    w.select("dan", card, card.menu[0], change=with_data(values=[CANARY]))
    w.submit("dan", w.slash("dan", "review"), {"draft": CANARY}, change=with_data(custom_id=f"draft:{WORDS[3]}"))
    w.submit("dan", w.slash("dan", "review"), {"draft": CANARY}, change=with_data(custom_id=WORDS[3]))
    malformed(w)
    w.checks.matches("commands are answered after all that", "Try it", w.slash("bob", "tip").text)


def malformed(w):
    """Events that no model would send, with the canary in them."""
    told = json.loads(json.dumps(w.wire.interactions[-1]))
    serial = 10**18

    def event(name, data): return {"op": 0, "t": name, "d": data}

    def asked(**changed):
        nonlocal serial
        serial += 1
        w.wire.unanswered[str(serial)] = changed.pop("answer", (204, ""))
        return event("INTERACTION_CREATE", {**told, "id": str(serial), **changed})

    guild, channel = w.guilds["acme"], w.channels["acme/support"]
    message = {"id": "5", "channel_id": channel, "guild_id": guild, "author": {"id": w.people["acme/bob"], "username": CANARY}, "content": CANARY}
    frames = [
        CANARY, json.dumps(CANARY), "[" * 3000 + CANARY, '{"op": 0, "t": "MESSAGE_CREATE", "d": {"content": "' + CANARY, {"d": CANARY}, {"op": CANARY},
        {"op": "0", "t": "MESSAGE_CREATE", "d": message}, {"op": 0, "t": None, "d": message}, {"op": 99, "d": CANARY}, event(CANARY, {}),
        event("MESSAGE_CREATE", CANARY), event("MESSAGE_CREATE", {**message, "id": CANARY}), event("MESSAGE_CREATE", {**message, "content": {"text": CANARY}}),
        event("MESSAGE_CREATE", {**message, "author": CANARY}), event("MESSAGE_CREATE", {**message, "timestamp": CANARY}),
        event("MESSAGE_CREATE", {**message, "type": CANARY}), event("MESSAGE_CREATE", {**message, "member": CANARY}), event("MESSAGE_CREATE", message),
        '{"op": 0, "t": "MESSAGE_CREATE", "d": {"id": "6", "channel_id": "%s", "guild_id": "%s", "content": "\\ud800 %s"}}' % (channel, guild, CANARY),
        event("MESSAGE_UPDATE", {**message, "content": [CANARY]}), event("MESSAGE_DELETE", {"id": CANARY}), event("MESSAGE_DELETE_BULK", {"ids": CANARY}),
        event("GUILD_CREATE", {"id": CANARY}), event("GUILD_DELETE", {"id": guild, "unavailable": CANARY}), event("THREAD_CREATE", {"id": "7", "guild_id": guild, "name": CANARY, "parent_id": CANARY}),
        event("RESUMED", CANARY), event("INTERACTION_CREATE", CANARY), event("INTERACTION_CREATE", {"id": "8", "token": CANARY}),
        asked(data=CANARY), asked(type=CANARY), asked(type=99, data={"custom_id": CANARY}), asked(member=CANARY), asked(message=CANARY),
        asked(type=2, data={"type": 3, "name": "Help me answer", "target_id": "5", "resolved": {"messages": {"6": message}}}),
        asked(type=2, data={"type": 3, "name": CANARY, "target_id": "5", "resolved": {"messages": {"5": message}}}),
        asked(type=2, data={"type": 1, "name": CANARY, "options": [{"name": CANARY, "type": 3, "value": CANARY}]}),
        asked(type=2, data={"type": 1, "name": "review", "options": [{"name": "draft", "type": 3, "value": {"a": CANARY}}]}),
        asked(type=4, data={"type": 1, "name": CANARY, "options": [{"name": CANARY, "type": 3, "value": CANARY, "focused": True}]}),
        asked(type=5, data={"custom_id": CANARY, "components": [{"type": 1, "components": [{"type": 4, "custom_id": CANARY, "value": CANARY}]}]}),
        # Discord's own answers may repeat what was sent.
        asked(type=2, data=draft(CANARY), answer=(400, json.dumps({"code": 50035, "message": CANARY, "errors": {"content": CANARY}}))),
        asked(type=2, data=draft(CANARY), answer=(500, CANARY)), asked(type=2, data=draft(CANARY), answer=(200, CANARY)),
        asked(type=2, data=draft(CANARY), answer=(429, json.dumps({"retry_after": CANARY, "message": CANARY}))),
    ]
    since = w.log_file.stat().st_size
    for frame in frames:
        w.wire.inject(frame)
    w.wire.inject(CANARY.encode(), opcode=2)
    w.wire.inject(CANARY.encode()[:120], opcode=9)
    first = str(10**18 + len([f for f in frames if isinstance(f, dict) and f.get("t") == "INTERACTION_CREATE"]) - 2)
    w.wait("the last of them is answered", lambda: w.wire.answers.get(first), 10)
    w.checks.that("the log tells of frames that could not be read", len(w.said("could not be read", since)) > 10, "more than ten lines", w.said("could not be read", since))
    w.wire.doubling = True
    rest = len(w.rest())
    w.checks.matches("an event that comes twice", "Try it", w.slash("alice", "tip").text)
    w.wire.doubling = False
    w.checks.equal("is answered once", len([e for e in w.rest()[rest:] if e["path"].endswith("/callback")]), 1)
    resumes = w.resumes()
    w.wire.inject(b"\xff\xfe" + CANARY.encode())  # text that is none ends the connection
    w.wait("a connection that broke over it is taken up again", lambda: w.resumes() > resumes, 15)
    identifies = w.identifies()
    w.wire.inject({"op": 0, "t": "READY", "d": {"session_id": {"a": CANARY}}})
    w.wait("a greeting that cannot be read begins anew", lambda: w.identifies() > identifies, 30)


def draft(text):
    return {"type": 1, "name": "review", "options": [{"name": "draft", "type": 3, "value": text}]}


def written(word):
    """A word in every way that it may have been written down."""
    raw = word.encode()
    yield "text", raw.lower()
    yield "UTF-16", word.encode("utf-16-le").lower()
    for separator in (", ", ","):
        yield "a list of bytes", separator.join(str(byte) for byte in raw).encode()
        yield "a list of bytes in hexadecimal", separator.join(f"0x{byte:02x}" for byte in raw).encode()
    yield "hexadecimal", raw.hex().encode()
    yield "escapes", "".join(f"\\x{byte:02x}" for byte in raw).encode()
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        yield "base64", whole[(0, 2, 3)[shift]: len(whole) - 4].lower()


def found_in(folder):
    """Where a word of the canary stands, in any file of the folder."""
    found, seen = [], 0
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes().lower()
        seen += 1
        for word in WORDS:
            forms = [pair for one in (word, word.lower()) for pair in written(one)]  # it may have been folded before
            found += [f"{word} as {how} in {path.name}" for how, form in forms if form in content]
    return found, seen


def nowhere(w, when):
    """Looks, after showing that the look finds what is there."""
    probe = w.home / "probe"
    for word in WORDS:
        for how, content in (("text", word.encode()), ("debug", repr(list(word.encode())).encode()), ("hex", word.encode().hex().encode()),
                             ("base64", base64.b64encode(b"xx" + word.encode() + b"yy")), ("log", json.dumps({"message": word.upper()}).encode())):
            probe.write_bytes(content)
            w.checks.that(f"the look finds {word} as {how}", found_in(w.home)[0], "it", "nothing")
    probe.unlink()
    found, seen = found_in(w.home)
    w.checks.that(f"the canary is in no file {when}", not found and seen >= 3, "nothing in at least three files", f"{found} in {seen} files")
