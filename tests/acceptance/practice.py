"""A day of practice: cards dealt, answered and judged, a card sent in private, quizzes, mistakes owned, recaps."""
import pathlib, re, sqlite3, time, tomllib

from daily import ZONE, later, local, stands
from reviewing import GONE, both
from secrecy import CANARY, WORDS
from world import GUILDS, PEOPLE, Answer, with_data

HOUSE = pathlib.Path(__file__).resolve().parents[2]
CARDS = {card["id"]: card for file in sorted((HOUSE / "responses/practice").glob("*.toml")) for card in tomllib.loads(file.read_text()).get("card", [])}
ANSWERS = {one["card"]: one for one in tomllib.loads((HOUSE / "tests/corpus/answers.toml").read_text())["answers"]}
TASKS = ("write", "mend", "choose", "ask", "order")
JUDGED = "^(That does what it had to|On its way)\n"
STOPPED = "These cards were stopped"
NOT_STAFF = "for the people who answer customers"
MADE_UP = 5 * 10**17  # ids of interactions of our own begin here
CORNER = "At nine I deleted your team's folder instead of the old one. My mistake."


def soon(w):
    """A card in private is due within two minutes; the rest goes on meanwhile."""
    w.card_due = ((int(time.time()) + 15) // 60 + 1) * 60
    at = time.strftime("%H:%M", local(w.card_due))
    told = w.slash("bob", "practice on", options={"time": at, "zone": ZONE, "days": "Mon-Sun"})
    w.checks.matches("cards in private are on", f"^Practice cards are on.*{at} \\({re.escape(ZONE)}\\).*The next one comes.*nobody counts", told.text)
    for wrong, expected in (({"time": "25:00"}, "25:00"), ({"zone": "Europe/Lodnon"}, "Europe/London"), ({"days": "Funday"}, "unday")):
        told = w.slash("dan", "practice on", "globex", options={"time": at, "zone": ZONE, **wrong})
        w.checks.matches(f"practice on with {wrong}", f"^Not quite.*{expected}", told.text)


def day(w):
    soon(w)
    held = dealt(w)
    agreed = [judged for task, (user, guild, card) in held.items() for judged in answered(w, task, user, guild, card)]
    # The corpus holds the judging to nine in ten; so few answers can only be held to most.
    w.checks.that("they are judged as those who wrote them meant", sum(agreed) >= 7, "7 of 10", agreed)
    w.checks.notes.append(f"practice: {sum(agreed)} of {len(agreed)} answers judged as those who wrote them meant")
    twice(w)
    tip_tried(w)
    quizzes(w)
    mistakes(w)
    recaps(w)
    in_private(w)
    apart(w)
    forged(w)
    canary(w)
    forgotten(w)


def name_of(card):
    """The id of a card that is shown, as its buttons bear it."""
    return next(custom_id for custom_id in card.buttons.values() if ":another:" in custom_id).split(":another:")[1]


def shown_whole(w, label, card):
    """Nothing of a card was cut away, and nothing in it is longer than people can read in a menu."""
    one = CARDS[name_of(card)]
    plain = re.sub(r"\\([^\w\s])", r"\1", card.text)  # as Discord shows it
    for words in [one["ask"], one["trains"], *one.get("options", [])]:
        w.checks.that(f"{label} {one['id']} shows “{words[:30]}…”", words in plain, words, plain)
    flat = " ".join(re.sub(r"^> ?", "", plain, flags=re.M).split())
    for words in (one["message"], one.get("draft", "")):
        w.checks.that(f"{label} {one['id']} quotes “{words[:30]}…”", " ".join(words.split()) in flat, words, flat)
    w.checks.that(f"{label} {one['id']} has no cut words", "…" not in card.text or "…" in str(one), "no …", card.text)


def dealt(w):
    """Cards until one of each kind of task lies before somebody: task → who, where, the card."""
    held, met = {}, 0
    for draw in range(80):
        guild, user = GUILDS[draw // 6 % 2], PEOPLE[draw // 12 % 4]
        if draw % 6 == 0:
            card = w.slash(user, "practice now", guild)
            w.checks.matches(f"practice now deals a card to {user} in {guild}", r"^One card\n.*A customer writes .*Your turn: .*It trains .*From .*never kept", card.text)
        else:
            before, card = card, w.click(user, card, "Another card", guild=guild)
            w.checks.that("another card takes its place", card.id == before.id and name_of(card) != name_of(before), "another in place", f"{name_of(before)} → {name_of(card)}")
        shown_whole(w, "the card", card)
        one, met = CARDS[name_of(card)], met + 1
        w.checks.equal(f"{one['id']} is answered by a form", sorted(card.buttons), ["Another card", "Answer"])
        w.checks.equal(f"and by a menu where one chooses ({one['task']})", bool(card.menus), one["task"] == "choose")
        if one["task"] not in held:
            held[one["task"]] = (user, guild, card)
            if len(held) == len(TASKS): break
            # Dealt afresh, so that the one before stays as it is.
            card = w.slash(user, "practice now", guild)
    w.checks.equal("all five kinds of task are dealt", sorted(held), sorted(TASKS))
    w.checks.notes.append(f"practice: {met} cards until each kind of task was dealt")
    return held


def answered(w, task, user, guild, card):
    one = CARDS[name_of(card)]
    good, poor = ANSWERS[one["id"]]["good"][0], ANSWERS[one["id"]]["poor"][0]
    if task == "choose":
        w.show("a card to choose from", card.raw)
        w.checks.equal("a letter for each option", card.menu, [chr(ord("A") + n) for n in range(len(one["options"]))])
        notes = [part["description"] for row in card.raw["response"]["components"] for entry in row["components"] for part in entry.get("options", [])]
        for note, option in zip(notes, one["options"]):
            whole = option == note or note.endswith("…") and option.startswith(note[:-1]) and not option[len(note) - 1].isalnum()
            w.checks.that("a menu's item is whole or ends with a word", whole, option, note)
        form = w.select(user, card, one["right"], guild=guild)
        w.checks.equal("the form holds the letter chosen", form.fields, {"answer": f"{one['right']}, because "})
    else:
        form = w.click(user, card, "Answer", guild=guild)
        w.checks.equal(f"the form of a {task}", form.fields, {"answer": one["draft"] if task == "mend" else ""})
    w.show(f"the form of a {task}", form.modal)
    told = w.submit(user, form, {"answer": good}, guild=guild)
    w.show(f"a good answer to a {task}: {good}", told.raw)
    w.checks.that(f"the judgement of a {task} takes the card's place", told.id == card.id, card.id, told.id)
    w.checks.matches(f"a good answer to a {task} ({one['id']})", JUDGED + r".*What works: .*What a good answer had to do.*This card comes back in", told.text)
    agreed = told.title == "That does what it had to"
    shown_again(w, one, told)
    first, heading = told.text.find("What works"), told.text.find("What a good answer")
    w.checks.that("one strength stands first", 0 < first < heading, "What works before all", told.text)
    w.checks.equal("and two ways on", sorted(told.buttons), ["Another card", "Try this one again"])
    form = w.click(user, told, "Try this one again", guild=guild)
    told = w.submit(user, form, {"answer": poor}, guild=guild)
    w.show(f"a poor answer to a {task}: {poor}", told.raw)
    w.checks.matches(f"a poor answer to a {task} ({one['id']})", JUDGED + r".*What a good answer had to do.*That was for practice alone: the card comes back", told.text)
    w.checks.that("something to try goes with what is not there yet", told.title != "On its way" or "One thing to try: " in told.text and "not yet: " in told.text, "both", told.text)
    return agreed, told.title == "On its way"


def shown_again(w, one, told):
    """The judgement took the card's place: what it speaks of stands below it."""
    plain = " ".join(re.sub(r"^> ?", "", re.sub(r"\\([^\w\s])", r"\1", told.text), flags=re.M).split())
    below = plain.split("What a good answer had to do")[1]
    for words in (one["message"], one.get("draft", ""), *one.get("options", [])):
        w.checks.that(f"below the judgement of {one['id']} stands “{words[:30]}…”", " ".join(words.split()) in below, words, plain)


def twice(w):
    """The form opened twice and sent off twice, and one event that comes twice: it counts once."""
    card = w.slash("carol", "practice now", "globex")
    one = CARDS[name_of(card)]
    forms = [w.click("carol", card, "Answer", guild="globex") for _ in range(2)]
    first = w.submit("carol", forms[0], {"answer": ANSWERS[one["id"]]["good"][0]}, guild="globex")
    w.checks.matches("the first of two counts", "This card comes back in", first.text)
    w.wire.doubling = True
    second = w.submit("carol", forms[1], {"answer": ANSWERS[one["id"]]["poor"][0]}, guild="globex")
    w.wire.doubling = False
    w.checks.matches("the second is for practice alone", "for practice alone: the card comes back.*as before", second.text)
    rows = [row for row in kept(w, "globex", "carol")["practised"] if one["id"] in row]
    w.checks.that("and is remembered once", len(rows) == 1 and rows[0][-2:] == (1, 0), "one row, once, no lapse", rows)
    blank = w.submit("carol", w.click("carol", second, "Try this one again", guild="globex"), {"answer": " \n "}, guild="globex")
    w.checks.matches("an answer of blanks", "no answer in the form yet", blank.text)


def tip_tried(w):
    """The button on the day's tip: everybody's message stays, and whoever presses has a card of their own."""
    w.slash("carol", "daily on", options={"channel": "#random", "time": later(), "zone": ZONE, "days": "Mon-Sun"})
    w.slash("carol", "daily now", options={"channel": "#random"})
    posting = stands(w, "acme", "random")[-1]
    for user in ("alice", "bob", "dan"):
        told = w.act("click", user, channel="random", message=posting["id"], label="Try it")
        w.checks.that(f"the tip's card is {user}'s own message", told.ephemeral and told.id != posting["id"], "a new one, in private", told.id)
        w.checks.matches(f"the tip deals a card to {user}", "^One card.*Your turn: ", told.text)
    one = CARDS[name_of(told)]
    form = w.select("dan", told, told.menu[0], channel="random") if told.menus else w.click("dan", told, "Answer", channel="random")
    told = w.submit("dan", form, {"answer": ANSWERS[one["id"]]["good"][0]}, channel="random")
    w.checks.matches("and it is judged there", JUDGED, told.text)
    again = w.act("click", "dan", channel="random", message=posting["id"], label="Try it")
    w.checks.matches("the same card again says so", "You have had this one; it would come back.*Once more does no harm", again.text)
    w.checks.equal("the posting stands as it stood", next(m for m in w.messages("acme", "random") if m["id"] == posting["id"]), posting)
    w.slash("carol", "daily off", options={"channel": "#random"})
    told = w.click("carol", w.slash("carol", "tip"), "Try it")
    w.checks.matches("a tip that was asked for has its card too", "^One card.*Your turn: ", told.text)


def quizzes(w):
    def choose(card, at):
        return w.select("dan", card, str(at), guild="globex")

    intro = w.slash("dan", "quiz empathy", "globex")
    w.checks.matches("the quiz says what it is", "^Your empathy quotient.*not a validated test.*12 items, one at a time", intro.text)
    card = w.click("dan", intro, "Begin", guild="globex")
    for number in range(1, 6):
        w.checks.matches(f"item {number} of the quiz", f"^Your empathy quotient: {number} of 12", card.text)
        w.checks.equal("it is answered by a menu of five", len(card.menu), 5)
        if number == 1: w.show("an item of the quiz", card.raw)
        card = choose(card, 3)
    back = w.click("dan", card, "Back one", guild="globex")
    w.checks.matches("back one", ": 5 of 12", back.text)
    card = choose(back, 1)
    stopped = w.click("dan", card, "Stop for now", guild="globex")
    w.checks.matches("a quiz is left", "Kept at 6 of 12.*/quiz empathy goes on from there", stopped.text)
    w.checks.matches("privacy tells of it", "answers you chose so far in the quiz empathy", w.slash("dan", "privacy", "globex").text)
    w.checks.matches("the other server knows nothing of it", "12 items, one at a time", w.slash("dan", "quiz empathy", "acme").text)
    left = w.slash("dan", "quiz empathy", "globex")
    w.show("a quiz that was left", left.raw)
    w.checks.matches("and found again", "You stopped at 6 of 12", left.text)
    card = w.click("dan", left, "Go on where you stopped", guild="globex")
    early = w.click("dan", card, custom_id=card.buttons["Back one"], guild="globex", change=with_data(custom_id="quiz:back:empathy.9"))
    w.checks.matches("an item that is not the one", "not the one you are at; nothing was changed", early.text)
    for number in range(6, 13):
        w.checks.matches(f"item {number} of the quiz", f"{number} of 12", card.title)
        card = choose(card, 2)
    w.show("the result of the quiz", card.raw)
    w.checks.matches("the result in words", r"^Your empathy quotient: how it came out.*\d+ of 48.*Come back in a few weeks.*Two to begin with(.*Try: ){2}.*not a validated test", card.text)
    for line in card.text.splitlines():
        if "**Try: **" in line:
            w.checks.that("what to try is said in words", len(line.split("**Try: **")[1].split()) > 8, "a tip", line)
    w.checks.matches("an old card of a run that is over", "That run of the quiz is over", w.click("dan", stopped, "Go on", guild="globex").text)
    again = w.click("dan", w.slash("dan", "quiz empathy", "globex"), "Begin", guild="globex")
    for _ in range(12): again = choose(again, 4)
    w.checks.matches("a second run tells how it moved", r"(Up|Down) by \d+ since last time|The same as last time", again.text)
    w.checks.matches("and a card follows", "^One card", w.click("dan", again, "Practise with a card", guild="globex").text)
    card = w.click("alice", w.slash("alice", "quiz listening", "globex"), "Begin", guild="globex")
    w.show("a situation of the listening quiz", card.raw)
    for number in range(1, 11):
        w.checks.that(f"situation {number} has five answers written out", all(f"**{letter}  **" in card.text for letter in "ABCDE") and len(card.menu) == 5, "A to E", card.text)
        card = w.select("alice", card, str(number % 5), guild="globex")
    w.show("the result of the listening quiz", card.raw)
    w.checks.matches("the level in words", r"^Your level of listening: how it came out.*\d\\?\.\d of 5\.0", card.text)


def mistakes(w):
    form = w.slash("alice", "coach", options={"about": "mistake"})
    w.show("the form of a mistake", form.modal)
    w.checks.equal("owning a mistake has four parts", sorted(form.fields), ["change", "effect", "happened", "repair"])
    told = w.submit("alice", form, {"happened": CORNER, "effect": "You lost the slides before your board meeting. I'm sorry for that.",
                                    "repair": "The folder is back; I check the last changes with you by two.", "change": "I now read the name aloud before I delete anything."})
    w.show("a mistake owned", told.raw)
    w.checks.matches("a mistake is walked through", "^Owning it.*You say whose it was.*It has a time.*Said once. That is enough.*grace is for you too", told.text)
    form = w.click("alice", told, "Once more")
    w.checks.equal("the form is empty again: nothing was kept", set(form.fields.values()), {""})
    told = w.submit("alice", form, {"happened": "I'm so sorry. Mistakes were made. We apologise. You should have backed that up."})
    w.show("a mistake half owned", told.raw)
    w.checks.matches("and what is not there is asked", "Said more than once.*Worth another look", told.text)
    form = w.slash("alice", "coach", options={"about": "mistake"})
    w.checks.matches("a customer's form", NOT_STAFF, w.submit("alice", form, {"happened": "x"}, change=w.as_person("acme", "bob")).text)
    form = w.slash("alice", "coach", options={"about": "mistake"})
    w.checks.matches("danger comes before mistakes", "^A person first", w.submit("alice", form, {"happened": "I broke it all and now I want to kill myself."}).text)


def recaps(w):
    told = w.slash("carol", "recap on", options={"channel": "#random", "zone": ZONE, "time": later()})
    w.checks.matches("a recap is on", "^The weekly recap is on.*Mon.*five people", told.text)
    w.show("recap on", told.raw)
    w.checks.matches("it is changed, not doubled", "^The weekly recap is (on|changed)", w.slash("carol", "recap on", options={"channel": "#random", "zone": "Europe/London", "time": "09:00"}).text)
    w.checks.matches("privacy says who set it", "that you set the weekly recap", w.slash("carol", "privacy").text)
    w.checks.matches("a recap cannot go where nobody may post", "may not post.*grant me Send Messages", w.slash("carol", "recap on", "globex", options={"channel": "#locked", "zone": ZONE, "time": "09:00"}).text)
    w.checks.matches("the other server has none", "no (weekly )?recap", w.slash("carol", "recap off", "globex", options={"channel": "#random"}).text)
    w.checks.matches("a recap is off", "^The weekly recap is off", w.slash("carol", "recap off", options={"channel": "#random"}).text)


# The model opens private conversations and keeps what is written there, but nobody can press anything in them: its
# people act as members of a server. So what a person does there is told by the wire, in the shape of Discord's own
# documents (a user, no member, no server), and what the bot answers is held against the OpenAPI document at the end.
class Private:
    def __init__(self, w, user, guild="acme"):
        self.w, self.user = w, {"id": w.people[f"{guild}/{user}"], "username": user, "discriminator": "0", "avatar": None, "global_name": user}
        self.channel, self.message = "1", {"id": "1", "components": []}

    def cards(self):
        """What the bot wrote to this person, as the requests that it made; also finds their conversation."""
        rest = self.w.rest()
        opened = [e for e in rest if e["path"] == "/users/@me/channels" and e["json"]["recipient_id"] == self.user["id"]]
        ours = {f"/channels/{channel}/messages" for channel in self.w.channels.values()}
        written = [e for e in rest if e["method"] == "POST" and re.fullmatch(r"/channels/\d+/messages", e["path"]) and e["path"] not in ours and ":practice:stop:" in str(e["json"])]
        if opened and written:
            self.channel, self.message = written[-1]["path"].split("/")[2], {**written[-1]["json"], "id": "77"}
        return [e["json"] for e in written] if opened else []

    def buttons(self):
        return {part["label"]: part["custom_id"] for row in self.message["components"] for part in row["components"] if part["type"] == 2}

    def told(self, kind, data, user=None):
        """Something that this person did, and the bot's answer to it."""
        w = self.w
        w.made_up = getattr(w, "made_up", MADE_UP) + 1
        ident, token = str(w.made_up), f"private-token-{w.made_up}"
        message = {"id": self.message["id"], "channel_id": self.channel, "type": 0, "flags": 0, "content": "", "embeds": [], "components": self.message["components"],
                   "author": {"id": w.state()["app"], "username": "bedside", "bot": True}}
        told = {"id": ident, "application_id": w.state()["app"], "type": kind, "token": token, "version": 1, "channel_id": self.channel, "locale": "en-GB", "entitlements": [],
                "channel": {"id": self.channel, "type": 1}, "context": 1, "authorizing_integration_owners": {}, "attachment_size_limit": 10485760,
                "user": user or self.user, "message": message, "data": data}
        w.wire.unanswered[ident] = (204, "")
        began = time.monotonic()
        w.wire.inject({"op": 0, "t": "INTERACTION_CREATE", "d": told})
        answers = w.wait("an answer in private", lambda: w.wire.answers.get(ident), 3)
        took = (time.monotonic() - began) * 1000
        w.checks.that("an answer in private comes at once", took < 500, "500 ms", took)
        w.checks.equal("and once", len(answers or []), 1)
        body = answers[0]
        w.private = [*getattr(w, "private", []), {"method": "POST", "path": f"/interactions/{ident}/{token}/callback", "json": body}]
        if body["type"] == 7:  # the card changed in its place
            self.message = {**body["data"], "id": self.message["id"]}
        return body

    def press(self, label=None, custom_id=None, **more):
        return self.told(3, {"custom_id": custom_id or self.buttons()[label], "component_type": 2}, **more)

    def choose(self, value):
        menu = next(part for row in self.message["components"] for part in row["components"] if part["type"] == 3)
        return self.told(3, {"custom_id": menu["custom_id"], "component_type": 3, "values": [value]})

    def submit(self, form, answer):
        return self.told(5, {"custom_id": form["data"]["custom_id"], "components": [{"type": 1, "id": 1, "components": [{"type": 4, "id": 2, "custom_id": "answer", "value": answer}]}]})


def shown(body):
    """An answer as it is read."""
    return str(Answer("", {"response": {"id": "", **body.get("data", {})}}))


def in_private(w):
    """The card that was due comes to that person alone, is answered where it lies, and stops with one press."""
    private = Private(w, "bob")
    cards = w.wait("the card comes at its time", private.cards, max(0, w.card_due - time.time()) + 20)
    if not cards: return
    w.checks.that("not before its time", time.time() >= w.card_due - 1, w.card_due, time.time())
    w.checks.equal("one card came", len(cards), 1)
    w.show("a card in private", cards[0])
    w.checks.that("a button on it stops them", "Stop these cards" in private.buttons(), "Stop these cards", private.buttons())
    first = dict(private.message)
    one = CARDS[private.buttons()["Another card"].split(":another:")[1]]
    carol = Private(w, "carol")
    carol.message, carol.channel = private.message, private.channel
    w.checks.matches("it is nobody else's, in private", STOPPED, shown(carol.press("Another card")))
    sealed = private.buttons()["Another card"]
    for user, guild, said in (("alice", "acme", STOPPED), ("dan", "globex", STOPPED)):
        card = w.slash(user, "practice now", guild)
        w.checks.matches(f"nor in a server, by {user} in {guild}", said, w.click(user, card, "Another card", guild=guild, change=with_data(custom_id=sealed)).text)
    form = private.choose(one["right"]) if one["task"] == "choose" else private.press("Answer")
    w.checks.equal("its form opens", form["type"], 9)
    judged = private.submit(form, ANSWERS[one["id"]]["good"][0])
    w.checks.equal("the judgement takes its place", judged["type"], 7)
    w.checks.matches("and is the same as anywhere", JUDGED + ".*This card comes back", shown(judged).lstrip())
    w.checks.equal("on it are three ways on", sorted(private.buttons()), ["Another card", "Stop these cards", "Try this one again"])
    w.checks.that("in its server it is remembered", any(one["id"] in row for row in kept(w, "acme", "bob")["practised"]), one["id"], kept(w, "acme", "bob"))
    another = private.press("Another card")
    w.checks.matches("another one comes there", "One card.*Your turn: ", shown(another))
    token = sealed.split(":")[1]
    for custom_id in ("practice:another:", "practice:stop:", "quiz:begin:empathy", "tip:share:x", f"in:{token}:privacy:back-on:", f"in:{token}:quiz:begin:empathy",
                      f"in:{token}:in:{token}:practice:stop:", "in:" + "0" * 16 + ":practice:stop:", f"in:{token}:practice:answer:no/such", "in:", CANARY[:100], f"in:{token}:practice:{WORDS[0]}:{WORDS[1]}"):
        told = private.press(custom_id=custom_id)
        w.checks.matches(f"a forged id in private, {custom_id[:30]!r}", f"{GONE}|{STOPPED}", shown(told))
        w.checks.that("changes no card", told["type"] == 4 and told["data"]["flags"] & 64, "a new card, in private", told)
    told = private.told(2, {"id": "1", "type": 1, "name": "tip"})
    w.checks.matches("a command in private is sent to a server", "In a server, please", shown(told))
    private.message = first
    stop = private.press("Stop these cards")
    w.show("stopped", stop)
    w.checks.that("one press stops them", stop["type"] == 7 and "Practice cards are off" in shown(stop) and not stop["data"]["components"], "off, no buttons", stop)
    private.message = first
    w.checks.matches("an old card then says so", STOPPED, shown(private.press("Another card")))
    w.checks.equal("and nothing is kept of their times", kept(w, "acme", "bob")["practice_mail"], [])
    told = w.slash("bob", "practice off")
    w.checks.matches("off again does no harm", "^Practice cards are off.*None were sent", told.text)


def apart(w):
    """The same person in two servers: what they practised in one is not there in the other."""
    member = dict(w.wire.members[w.guilds["acme"], w.people["acme/carol"]])
    w.slash("carol", "practice on", options={"time": later(), "zone": ZONE})
    card = w.slash("carol", "practice now")
    one = CARDS[name_of(card)]
    form = w.select("carol", card, one["right"]) if one["task"] == "choose" else w.click("carol", card, "Answer")
    w.submit("carol", form, {"answer": ANSWERS[one["id"]]["good"][0]})
    w.select("carol", w.click("carol", w.slash("carol", "quiz empathy"), "Begin"), "2")

    def same(told):
        told["member"] = {**told["member"], "user": member["user"]}
    same.user = "carol"
    w.slash("bob", "help", "globex")
    before = w.slash("bob", "privacy", "globex", change=same)
    w.checks.lacks("the other server knows nothing of what she practises", "practice card|quiz", before.text.split("Kept about you here")[1].split("Kept for this server")[0])
    w.checks.matches("nor of her quiz", "12 items, one at a time", w.slash("bob", "quiz empathy", "globex", change=same).text)
    w.checks.matches("nor of her cards' times", "None were sent", w.slash("bob", "practice off", "globex", change=same).text)
    w.slash("bob", "forget-me", "globex", change=same)
    w.checks.that("forgotten there is not forgotten here", kept(w, "acme", "carol")["practised"] and kept(w, "acme", "carol")["practice_mail"], "rows", kept(w, "acme", "carol"))


def forged(w):
    """Ids that nobody gave out, by the right person and by another: a kind answer, nothing changed."""
    card = w.slash("alice", "practice now")
    some = next(iter(CARDS))
    before = kept(w, "acme", "alice")
    ids = ["practice", "practice:", "practice:answer:", "practice:answer:no/such", "practice:again:~0000000000000000", "practice:tip:no/such", "practice:nope:x",
           f"practice:choose:{some}", f"practice:first:{some}", "practice:answer:" + "é" * 80, "mistake:nope:", "quiz:answer:empathy.0", "quiz:answer:empathy.99999999999999999999",
           "quiz:begin:nope", "quiz:back:empathy.-1", "quiz:nope:empathy", "in:x:practice:stop:"]
    people = ("alice", "dan", "bob")
    for number, custom_id in enumerate(ids):
        user = people[number % 3]
        told = w.click("alice", card, "Another card", change=both(with_data(custom_id=custom_id, values=["Z"]), w.as_person("acme", user)))
        w.checks.matches(f"a forged button {custom_id[:40]!r} by {user}", f"{GONE}|{STOPPED}|run of the quiz is over", told.text)
    for custom_id in ("practice", "practice:", "practice:first:", "practice:first:no/such", f"practice:second:{some}", "mistake:x", "in:x:practice:first:x"):
        card = w.slash("dan", "practice now")
        told = w.submit("dan", w.click("dan", card, "Answer"), {"answer": "x"}, change=with_data(custom_id=custom_id))
        w.checks.matches(f"a forged form {custom_id!r}", f"{GONE}|{STOPPED}", told.text)
    w.checks.equal("nothing was remembered of it", kept(w, "acme", "alice"), before)
    # A card of practice is its owner's alone.
    w.checks.matches("nobody presses on another's card", "not visible", w.click("bob", card, "Another card", paced=False).error)


def canary(w):
    """The canary in everything that is typed here; the end looks for it in all that the bot leaves behind."""
    told = {}
    for draw in range(6):
        card = w.slash("carol", "practice now", "globex")
        one = CARDS[name_of(card)]
        form = w.select("carol", card, card.menu[0], guild="globex") if card.menus else w.click("carol", card, "Answer", guild="globex")
        said = f"{card.menu[0]}, because {CANARY}" if card.menus else CANARY
        told = w.submit("carol", form, {"answer": said}, guild="globex")
        w.checks.matches(f"the canary in {one['id']} ({one['task']})", JUDGED, told.text)
        w.checks.lacks("is not said back", "|".join(WORDS), told.text)
    form = w.click("carol", told, "Try this one again", guild="globex")
    w.submit("carol", form, {"answer": "x"}, guild="globex", change=with_data(custom_id=f"practice:first:{CANARY[:60]}"))
    form = w.slash("carol", "coach", "globex", options={"about": "mistake"})
    parts = {part: f"{part}: {CANARY}" for part in ("happened", "effect", "repair", "change")}
    w.checks.matches("the canary in a mistake", "^Owning it", w.submit("carol", form, parts, guild="globex").text)
    for name, options in (("practice on", {"time": "09:00", "zone": CANARY}), ("practice on", {"time": "09:00", "zone": "UTC", "days": CANARY}),
                          ("recap on", {"channel": "#random", "zone": CANARY, "time": "09:00"})):
        w.checks.matches(f"{name} takes the canary", "^Not quite", w.slash("carol", name, "globex", options=options).text)
    card = w.click("carol", w.slash("carol", "quiz listening", "globex"), "Begin", guild="globex")
    w.checks.matches("a quiz takes the canary", GONE, w.select("carol", card, card.menu[0], guild="globex", change=with_data(values=[CANARY])).text)


def forgotten(w):
    """What is kept is named; after forget-me there is nothing, in words and in the store."""
    w.slash("dan", "practice on", "globex", options={"time": later(), "zone": ZONE})
    card = w.slash("dan", "practice now", "globex")
    one = CARDS[name_of(card)]
    w.submit("dan", w.click("dan", card, "Answer", guild="globex"), {"answer": ANSWERS[one["id"]]["good"][0]}, guild="globex")
    w.click("dan", w.slash("dan", "quiz listening", "globex"), "Begin", guild="globex")
    told = w.slash("dan", "privacy", "globex").text
    for what in ("practice cards?: when you had each last, .* never what you answered", "a practice card is sent to you in private, .* at ", "answers you chose so far in the quiz listening", "your last 2 runs of the quiz empathy", "counts you once among the users of practice answered"):
        w.checks.matches(f"privacy names “{what[:40]}”", what, told)
    w.show("privacy", told)
    gone = w.slash("dan", "forget-me", "globex").text
    w.checks.matches("forget-me tells what it deleted", "Deleted.*practice card.*quiz.*Kept about you now.*Nothing", gone)
    left = {table: rows for table, rows in kept(w, "globex", "dan").items() if rows}
    w.checks.equal("no row of theirs is left", left, {})
    w.checks.matches("and all begins anew", "^Your empathy quotient.*12 items", w.slash("dan", "quiz empathy", "globex").text)


def kept(w, guild, user):
    """Every row of the store that names this person, by table."""
    store = sqlite3.connect(f"file:{w.home}/bedside.db?mode=ro", uri=True)
    try:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        workspace, person = f"discord:{w.guilds[guild]}", w.people[f"{guild}/{user}"]
        return {table: [row for row in store.execute(f'SELECT * FROM "{table}"') if person in row and workspace in row] for table in tables}
    finally:
        store.close()
