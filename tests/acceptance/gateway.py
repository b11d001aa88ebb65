"""Connections that break, Discord that answers late or not at all, and a bot that is stopped and started."""
import threading

import daily
from watching import ANGRY


def faults(w):
    """A first response is given again where Discord failed; a tip whose sending went wrong is posted once."""
    w.control("fault", method="POST", path="/interactions/*/*/callback", status=500, times=1)
    w.checks.matches("a first response that failed is given again", "Try it", w.slash("alice", "tip").text)
    w.control("fault", method="POST", path="/interactions/*/*/callback", status=429, times=1)
    w.checks.matches("and one that has to wait", "Try it", w.slash("alice", "tip").text)
    w.control("fault", method="POST", path="/interactions/*/*/callback", lost=True, times=1)
    w.checks.matches("and one whose answer was lost", "Try it", w.slash("alice", "tip").text)
    w.slash("carol", "daily on", "globex", options={"channel": "#support", "time": daily.later(), "zone": daily.ZONE, "days": "Mon-Sun"})
    w.control("fault", method="POST", path="/channels/*/messages", lost=True, times=1)
    told = w.slash("carol", "daily now", "globex", options={"channel": "#support"})
    w.checks.matches("a tip whose answer was lost is found", "^Posted", told.text)
    w.checks.equal("and stands once", len(daily.stands(w, "globex", "support")), 1)
    w.slash("carol", "daily on", "globex", options={"channel": "#team", "time": daily.later(), "zone": daily.ZONE, "days": "Mon-Sun"})
    w.control("fault", method="POST", path="/channels/*/messages", status=500, times=1)
    told = w.slash("carol", "daily now", "globex", options={"channel": "#team"})
    w.checks.matches("a tip that Discord failed to take is tried later", "^Not posted yet.*tried again", told.text)
    w.retried = True


def dropped(w):
    resumes, identifies = w.resumes(), w.identifies()
    w.control("drop", code=4000)
    told = w.slash("alice", "tip")
    w.checks.matches("a command given while the connection was cut", "Try it", told.text)
    w.wait("the session is resumed", lambda: w.resumes() > resumes, 10)
    w.checks.equal("without a new session", w.identifies(), identifies)
    for code in (1000, 4001, 4008):
        resumes = w.resumes()
        w.control("drop", code=code)
        message = w.send("bob", ANGRY, channel="printer-thread")
        w.wait(f"resumed after {code}", lambda: w.resumes() > resumes, 15)
        told = w.slash("dan", "coach", channel="printer-thread")
        w.checks.matches(f"a message written while it was cut ({code}) is known", "furious", told.text)
        w.control("delete", user="bob", channel="printer-thread", message=message)
    guild = w.guilds["acme"]
    w.send("bob", ANGRY, channel="printer-thread")
    w.wire.inject({"op": 0, "t": "GUILD_DELETE", "d": {"id": guild, "unavailable": True}})
    w.checks.matches("an outage of a server takes nothing away", "<#" + w.channels["acme/support"], w.slash("carol", "watch list").text)
    w.checks.matches("nor what was watched", "^(Coaching|A person first)", w.slash("dan", "coach", channel="printer-thread").text)
    # The server removes the bot and, with the next greeting, has it back.
    w.wire.inject({"op": 0, "t": "GUILD_DELETE", "d": {"id": guild}})
    identifies = w.identifies()
    w.control("drop", code=4000, forget=True)
    w.wait("a forgotten session is begun anew", lambda: w.identifies() > identifies, 20)
    w.checks.matches("and commands are answered", "Try it", w.slash("alice", "tip").text)
    w.checks.matches("settings stand", "<#" + w.channels["acme/support"], w.slash("carol", "watch list").text)
    w.checks.matches("what was held of a server that removed the bot is gone", "seen no customer's message", w.slash("dan", "coach", channel="printer-thread").text)
    daily.came(w, "after the connection was cut")


def restart(w):
    """SIGTERM while something is under way; the next start finds everything as it was."""
    commands = [e for e in w.rest() if e["method"] in ("PUT", "POST") and e["path"].endswith("/commands")]
    w.slash("carol", "rules off", options={"rule": "blame/should-have"})
    w.control("fault", method="POST", path="/interactions/*/*/callback", delay_ms=800, times=1)
    late = []
    asking = threading.Thread(target=lambda: late.append(w.slash("alice", "tip")))
    began = len(w.rest())
    asking.start()
    w.wait("the answer is under way", lambda: len(w.rest()) > began, 3)
    w.stop_bot("SIGTERM with an answer under way")
    asking.join()
    w.checks.matches("what was under way was finished", "Try it", late[0].text)
    w.start_bot()
    w.checks.equal("the commands are not registered again", [e for e in w.rest() if e["method"] in ("PUT", "POST") and e["path"].endswith("/commands")], commands)
    w.checks.matches("what is watched is kept", "<#" + w.channels["acme/support"], w.slash("carol", "watch list").text)
    w.checks.matches("the staff role is kept", "<@&" + w.roles["acme/staff"], w.slash("carol", "watch list").text)
    w.checks.matches("the team's rules are kept", "blame/should-have", w.slash("carol", "rules list").text)
    w.slash("carol", "rules on", options={"rule": "blame/should-have"})
    if hasattr(w, "due_at"):
        w.checks.matches("schedules are kept", "<#" + w.channels["acme/team"], w.slash("carol", "daily list").text)
        daily.came(w, "after a restart")
    told = w.slash("dan", "coach", channel="printer-thread")
    w.checks.matches("messages are not", "seen no customer's message", told.text)


def denied(w):
    """Discord denies the text of messages: everything but watching goes on, and says so."""
    message = w.send("bob", ANGRY)
    w.control("intents", deny=1 << 15)
    identifies = w.identifies()
    w.control("drop", code=4000, forget=True)
    w.wait("the bot identifies without message content", lambda: w.identifies() > identifies, 30)
    asked = [e["intents"] for e in w.state()["gateway"] if "identify" in e][-1]
    w.checks.equal("it asks for the servers alone", asked, 1)
    w.checks.matches("commands work still", "Try it", w.slash("alice", "tip").text)
    w.checks.matches("watch list says what rests", "Message Content Intent is off", w.slash("carol", "watch list").text)
    w.checks.matches("watch add says what is missing", "One thing is missing.*Message Content Intent", w.slash("carol", "watch add", options={"channel": "#random"}).text)
    w.slash("carol", "watch remove", options={"channel": "#random"})
    w.checks.matches("help tells staff", "Message Content Intent is off", w.slash("dan", "help").text)
    told = w.context("dan", "Help me answer", message)
    w.checks.matches("message commands carry their message", "^Coaching.*furious", told.text)
    w.checks.that("the log says it once", len(w.said("does not grant the Message Content intent")) == 1, "one line", w.said("Message Content"))
    w.control("intents", deny=0)
    w.stop_bot("SIGTERM after 4014")
    w.start_bot()
    asked = [e["intents"] for e in w.state()["gateway"] if "identify" in e][-1]
    w.checks.that("the next start asks again", asked & (1 << 15), "message content", asked)
