"""Every command of the table, by the right and by the wrong person, in both servers and in every kind of place."""
import time

from daily import ZONE, later
from world import GUILDS, PEOPLE, with_data

MANAGE = "needs the Manage Server permission"
NOT_STAFF = "for the people who answer customers"
PLACES = ("support", "printer-thread", "printer-post", "ticket-1")
QUESTION = "My laptop has crashed for the third time today and I am so frustrated. When will it be mended?"

# name, options, who may, what the answer says; in an order in which each finds what it needs
ROWS = [
    ("coach", {}, "staff", r"^Coaching"),
    ("coach", {"about": "My laptop has crashed again, I am furious"}, "staff", r"^Coaching"),
    ("review", {"draft": "You should have backed that up. Just reboot it."}, "anyone", r"(Mend before sending|Worth a change)"),
    ("coach", {"about": "mistake"}, "staff", "form mistake:"),
    ("review", {}, "anyone", "form draft:"),
    ("tip", {}, "anyone", r"Try it: "),
    ("listen", {}, "anyone", r"^Listening, in five levels"),
    ("practice now", {}, "anyone", r"^One card.*Your turn: "),
    ("practice on", {"time": "LATER", "zone": ZONE, "days": "Mon-Sun"}, "anyone", r"^(Practice cards are on|Your practice cards are changed)"),
    ("practice off", {}, "anyone", r"^Practice cards are off"),
    ("quiz empathy", {}, "anyone", r"^Your empathy quotient.*not a validated test"),
    ("quiz listening", {}, "anyone", r"^Your level of listening.*not a validated test"),
    ("daily on", {"channel": "#random", "time": "LATER", "zone": ZONE, "days": "Mon-Sun"}, "lead", r"^The daily tip is on"),
    ("daily list", {}, "lead", r"^Daily tips.*<#RANDOM>"),
    ("daily now", {"channel": "#random"}, "lead", r"^Posted|stands there already"),
    ("daily skip", {"channel": "#random"}, "lead", r"^One tip is left out"),
    ("daily off", {"channel": "#random"}, "lead", r"^The daily tip is off"),
    ("recap on", {"channel": "#random", "zone": ZONE}, "lead", r"^The weekly recap is on"),
    ("recap off", {"channel": "#random"}, "lead", r"^The weekly recap is off"),
    ("watch add", {"channel": "#random"}, "lead", r"^Watching.*is watched from now on"),
    ("watch list", {}, "lead", r"^Watching.*<#RANDOM>.*Staff"),
    ("watch remove", {"channel": "#random"}, "lead", r"^Watching.*is no longer watched"),
    ("watch staff", {"role": "@staff"}, "lead", r"^Staff.*may now use"),
    ("rules off", {"rule": "blame/should-have"}, "lead", r"^Rules.*is off for the team"),
    ("rules list", {}, "lead", r"^Rules that are off.*blame/should-have"),
    ("rules on", {"rule": "blame/should-have"}, "lead", r"^Rules.*is on again"),
    ("report", {"channel": "#team"}, "lead", r"^The report channel is set"),
    ("privacy", {}, "anyone", r"^What I keep"),
    ("help", {}, "anyone", r"^Bedside"),
    ("forget-me", {}, "anyone", r"^Forgotten.*Kept about you now.*Nothing\."),
]
MESSAGE_COMMANDS = ("Help me answer", "How does this read?")


def begin(w):
    """The bot starts, registers its commands, and a lead sets both servers up."""
    w.start_bot()
    registered, told = w.state()["commands"], set()
    for command in registered:
        subs = [option["name"] for option in command.get("options", []) if option["type"] == 1]
        told |= {f"{command['name']} {sub}" for sub in subs} or {command["name"]}
    w.checks.equal("every registered command is tried here", sorted(told), sorted({row[0] for row in ROWS} | set(MESSAGE_COMMANDS)))
    w.checks.equal("commands are registered at the first start", len(w.said("the commands were registered")), 1)
    identify = next(e for e in w.state()["gateway"] if "identify" in e)
    w.checks.equal("only the intents that are needed", identify["intents"], (1 << 0) | (1 << 9) | (1 << 15))
    for guild in GUILDS:
        for person in PEOPLE:
            told = w.slash(person, "help", guild)
            lead = person == "carol"
            w.checks.that(f"help shows {person} of {guild} what they may run", ("/daily on" in told.text) == lead, f"daily: {lead}", told.text)
        told = w.slash("carol", "watch add", guild, options={"channel": "#support"})
        w.checks.matches("watch add offers a notice", "notice.*memory for two hours", told.text)
        for place in ("#tickets", "#questions"):
            w.slash("carol", "watch add", guild, options={"channel": place})
        w.slash("carol", "watch staff", guild, options={"role": "@staff"})
        for name, channel in (("printer-thread", "support"), ("printer-post", "questions")):
            w.control("thread", guild=guild, user="bob", channel=channel, name=name, content=QUESTION)
    watched = w.slash("carol", "watch add", "acme", options={"channel": "#support"})
    w.checks.matches("a watched channel is watched once", "is watched already", watched.text)
    shared = w.click("carol", watched, "Post the notice in this channel", share=True)
    w.checks.matches("the notice is posted", "helps our support staff", str(shared.followups))


def everywhere(w):
    at = later()
    for place in PLACES:
        for guild in GUILDS:
            w.send("bob", QUESTION, guild, place)
        for number, (name, options, who, expected) in enumerate(ROWS):
            for guild in GUILDS:
                right = {"anyone": PEOPLE[(number + len(place)) % 4], "staff": ("alice", "dan")[number % 2], "lead": "carol"}[who]
                if name == "forget-me": right = "carol"
                given = {key: at if value == "LATER" else value for key, value in options.items()}
                told = w.slash(right, name, guild, place, given)
                label = f"{name} by {right} in {guild}/{place}"
                if expected.startswith("form "):
                    w.checks.that(label, told.modal and told.modal["custom_id"].startswith(expected[5:]), "a form", told)
                else:
                    w.checks.matches(label, expected.replace("RANDOM", w.channels[f"{guild}/random"]), str(told))
        for guild in GUILDS:
            customers = w.send("bob", QUESTION, guild, place)
            own = w.send("alice", "You should have backed that up.", guild, place)
            told = w.context("dan", "Help me answer", customers, guild, place)
            w.checks.that(f"Help me answer by dan in {guild}/{place}", told.title.startswith("Coaching") and "Write a draft" in told.buttons, "coaching and its button", told)
            told = w.context("alice", "How does this read?", own, guild, place)
            w.checks.matches(f"How does this read? by its author in {guild}/{place}", "You should have backed", told.text)
    for guild in GUILDS:
        w.checks.equal(f"daily now posted one tip in {guild}/random, however often and after off and on", len(w.by_bot(guild, "random")), 1)


def wrong_people(w):
    turn = 0
    for place in PLACES:
        for guild in GUILDS:
            bobs = w.send("bob", QUESTION, guild, place)
            for name, options, who, _ in ROWS:
                given = {key: later() if value == "LATER" else value for key, value in options.items()}
                if who == "staff":
                    w.checks.matches(f"{name} by a customer in {guild}/{place}", NOT_STAFF, w.slash("bob", name, guild, place, given).text)
                elif who == "lead":
                    turn += 1
                    wrong = ("bob", "alice", "dan")[turn % 3]
                    hidden = w.slash(wrong, name, guild, place, given, paced=False)
                    w.checks.matches(f"{name} is hidden from {wrong} in {guild}/{place}", "not visible to this user", hidden.error)
                    told = w.slash("carol", name, guild, place, given, change=w.as_person(guild, wrong))
                    w.checks.matches(f"{name} by {wrong}, shown all the same, in {guild}/{place}", MANAGE, told.text)
            told = w.context("bob", "Help me answer", bobs, guild, place)
            w.checks.matches(f"Help me answer by a customer in {guild}/{place}", NOT_STAFF, told.text)
            told = w.context("alice", "How does this read?", bobs, guild, place)
            w.checks.matches(f"How does this read? by another in {guild}/{place}", "only to the person who wrote it", told.text)
    for guild in GUILDS:
        w.checks.that(f"nothing was posted for them in {guild}/random", len(w.by_bot(guild, "random")) <= 1, "at most the one tip", w.by_bot(guild, "random"))


def suggestions(w):
    for name, option, typed, expected in (
        ("tip", "topic", "list", "isten"), ("listen", "topic", "emp", "mpath"), ("coach", "about", "ang", "ang"), ("coach", "about", "mis", "mistake"),
        ("practice on", "zone", "london", "Europe/London"), ("practice on", "days", "mon", "Mon"), ("recap on", "zone", "london", "Europe/London"),
        ("daily on", "zone", "london", "Europe/London"), ("daily on", "topics", "li", "listening"),
        ("rules off", "rule", "blame", "blame/should-have"), ("rules on", "rule", "should-have", "blame/should-have"),
    ):
        user = "carol" if " " in name and not name.startswith("practice") else "alice"
        choices = suggested(w, user, name, option, typed)
        w.checks.that(f"{name} {option} suggests for “{typed}”", 0 < len(choices) <= 25 and expected in str(choices), expected, choices)
    w.checks.equal("nothing is suggested for what nobody wrote", suggested(w, "alice", "tip", "topic", "zzzz@everyone"), [])


def suggested(w, user, name, option, typed):
    """What the bot suggests; the model's own answer may come before the bot's."""
    before = len(w.rest())
    w.control("autocomplete", user=user, name=name, option=option, value=typed)
    given = w.wait(f"{name} {option} suggests", lambda: [e for e in w.rest()[before:] if e["json"] and e["json"].get("type") == 8], 3)
    return given[0]["json"]["data"]["choices"] if given else []


def tips(w):
    told = w.slash("alice", "tip")
    before = len(w.by_bot("acme", "support"))
    other = w.click("alice", told, "Another tip")
    w.checks.matches("another tip takes the first one's place", "Try it: ", other.text)
    shared = w.click("alice", other, "Share with this channel", share=True)
    w.checks.equal("sharing says so in private", shared.title, "Shared")
    w.checks.equal("a tip shared is one public message", len(w.by_bot("acme", "support")), before + 1)
    w.checks.matches("the public message is the tip", "Try it: ", str(shared.followups))
    told = w.slash("bob", "tip")
    w.checks.that("a customer is offered no sharing", "Share with this channel" not in told.buttons, "no such button", told.buttons)
    other = w.click("bob", told, "Another tip")
    w.checks.that("nor with another tip", "Share with this channel" not in other.buttons, "no such button", other.buttons)
    tip = w.slash("dan", "tip").buttons["Share with this channel"]
    told = w.click("bob", told, "Another tip", change=with_data(custom_id=tip))
    w.checks.matches("a customer's forged sharing is refused", NOT_STAFF, told.text)
    w.checks.equal("and nothing more was posted", len(w.by_bot("acme", "support")), before + 1)
    told = w.slash("alice", "tip", options={"topic": "Listening"})
    w.checks.matches("a tip of a topic", "^Listening", told.text)
    told = w.slash("alice", "tip", options={"topic": "teapots"})
    w.checks.matches("a topic that is none gets those there are", "no tips on that topic.*Listening", told.text)
    refused = w.click("bob", w.slash("dan", "tip"), "Another tip", paced=False)
    w.checks.matches("nobody presses on another's private card", "not visible", refused.error)


def listening(w):
    told = w.slash("bob", "listen")
    shown = w.select("bob", told, told.menu[0])
    w.checks.matches("a level of listening", "Level 1 of 5.*Try now", shown.text)
    shown = w.select("bob", shown, told.menu[-1])
    w.checks.matches("a habit of listening", "Try now", shown.text)
    told = w.slash("bob", "listen", options={"topic": "teapots"})
    w.checks.matches("a habit that is none", "do not know that habit", told.text)


def haste(w):
    """Somebody who is very quick is asked, kindly, to wait a moment; nobody else is."""
    told = [w.slash("dan", "tip", "globex", paced=False) for _ in range(40)]
    asked = [answer for answer in told if "catch up" in answer.text]
    w.checks.that("a stream of requests is asked to wait", asked and "catch up" not in told[0].text, "some of 40", len(asked))
    w.checks.matches("another's haste is not one's own", "Try it", w.slash("bob", "tip", "globex").text)
    w.paces["globex", "dan"] = time.monotonic() + 24
    w.checks.matches("after a rest it goes on", "Try it", w.slash("dan", "tip", "globex").text)
