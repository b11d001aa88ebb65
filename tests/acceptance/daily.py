"""The daily tip: on, list, skip, now, off; and one at its due time, by the real clock."""
import re, time

# Where it is about noon, so that no date changes during the run; a zone's sign is the other way round here.
NOON = 12 - time.gmtime().tm_hour
ZONE = f"Etc/GMT{-NOON:+d}" if NOON else "UTC"


def local(at):
    return time.gmtime(at + NOON * 3600)


def later():
    """A time of day some hours away, so that nothing is due meanwhile."""
    return time.strftime("%H:%M", local(time.time() + 5 * 3600))


def stands(w, guild, channel):
    """The postings in a channel, which bear their date and key."""
    return [m for m in w.by_bot(guild, channel) if " · " in str([e.get("footer") for e in m["embeds"]])]


def due(w):
    """A tip is due within two minutes; the rest of the run goes on meanwhile."""
    w.due_at = (int(time.time()) // 60 + 2) * 60
    at = time.strftime("%H:%M", local(w.due_at))
    told = w.slash("carol", "daily on", "acme", options={"channel": "#team", "time": at, "zone": ZONE, "days": "Mon-Sun"})
    w.checks.matches("a tip is due soon", f"^The daily tip is on.*{at} {re.escape(ZONE)}.*Next: ", told.text)
    # Nobody could be told otherwise: this server has named no report channel yet.
    w.checks.matches("who is told when it fails", "you are told in private", told.text)


def came(w, when):
    """The tip that was due came, once."""
    if not hasattr(w, "due_at"): return
    w.wait("the tip comes at its time", lambda: stands(w, "acme", "team"), max(0, w.due_at - time.time()) + 20)
    there = stands(w, "acme", "team")
    w.checks.equal(f"exactly one tip stands {when}", len(there), 1)
    w.checks.matches(f"the tip bears what to try {when}", "Try it: ", str(there))
    listed = w.slash("carol", "daily list").text
    w.checks.lacks(f"nothing is told as missed {when}", "Missed|Failed|Unknown", listed)


def commands(w):
    def daily(verb, guild="acme", **options):
        return w.slash("carol", f"daily {verb}", guild, "support", options)

    at = later()
    told = daily("on", channel="#support", time=at, zone="Europe/London")
    w.checks.matches("weekdays are the default", "Europe/London.*Mon.*Fri", told.text)
    told = daily("on", channel="#support", time=at, zone=ZONE, days="Mon-Sun", topics="listening")
    w.checks.matches("a schedule is changed", "^The daily tip is changed.*listening", told.text)
    posted = daily("now", channel="#support")
    w.checks.matches("now posts today's tip", "^Posted.*<#" + w.channels["acme/support"], posted.text)
    w.checks.equal("one stands there", len(stands(w, "acme", "support")), 1)
    w.checks.matches("of the topic chosen", "Listening", str(stands(w, "acme", "support")))
    for _ in range(3):
        w.checks.matches("a second now posts nothing", "stands there already", daily("now", channel="#support").text)
    w.checks.equal("one stands there still", len(stands(w, "acme", "support")), 1)
    w.checks.matches("now without a channel means this one", "stands there already", daily("now").text)
    w.checks.matches("the list tells of it", "<#" + w.channels["acme/support"], daily("list").text)
    left = daily("skip", channel="#support")
    w.checks.matches("skip leaves out the next date", "left out.*The next tip comes on", left.text)
    soon = time.strftime("%Y-%m-%d", local(time.time() + 4 * 86400))
    w.checks.matches("skip leaves out a date", "[Ll]eft out", daily("skip", channel="#support", date=soon).text)
    w.checks.matches("a date left out twice", "left out already", daily("skip", channel="#support", date=soon).text)
    for date, expected in (("2020-01-01", "over already"), ("soon", "could not read"), ("2026-13-99", "could not read"), ("2099-01-01", "more than a year")):
        w.checks.matches(f"skip of {date}", expected, daily("skip", channel="#support", date=date).text)
    w.checks.matches("the locked channel is refused, with what to grant", "may not post.*grant me Send Messages", daily("on", "globex", channel="#locked", time=at, zone=ZONE).text)
    w.checks.matches("report refuses it too", "may not post.*grant me Send Messages", w.slash("carol", "report", "globex", options={"channel": "#locked"}).text)
    for wrong, expected in (({"time": "25:00"}, "25:00"), ({"time": "noon?"}, "noon"), ({"zone": "Europe/Lodnon"}, "Europe/London"), ({"zone": "GMT+25"}, "GMT"), ({"days": "Funday"}, "unday"), ({"topics": "teapots"}, "no tips on .teapots")):
        told = daily("on", "globex", **{"channel": "#random", "time": at, "zone": ZONE, **wrong})
        w.checks.matches(f"daily on with {wrong}", f"^Not quite.*{expected}", told.text)
    for verb in ("off", "skip", "now"):
        w.checks.matches(f"{verb} where there is none", "has no daily tip", daily(verb, "globex", channel="#ticket-1").text)
    w.checks.matches("off", "^The daily tip is off", daily("off", channel="#support").text)
    w.checks.lacks("and it is off the list", "<#" + w.channels["acme/support"], daily("list").text)
