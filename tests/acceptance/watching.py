"""What is watched is followed, and forgotten."""
ANGRY = "This is a disgrace, I am absolutely furious: the zebrafax failed for the third time today."
CALM = "Good morning, could you tell me when the printer on floor two is free? No hurry."
NOT_WATCHED = "not watched, so I have read nothing"
NOTHING_SEEN = "seen no customer's message"


def follows(w):
    w.control("thread", user="bob", channel="support", name="followed", content="Hello.")
    message = w.send("bob", ANGRY, channel="followed")
    told = w.slash("alice", "coach", channel="followed")
    w.checks.matches("coach quotes the words that it read from", "Read from: .*furious", told.text)
    w.send("dan", "Absolutely furious here as well.", channel="followed")
    w.checks.equal("what staff write is not coached", w.slash("alice", "coach", channel="followed").text, told.text)
    w.control("edit", user="bob", channel="followed", message=message, content=CALM)
    told = w.slash("alice", "coach", channel="followed")
    w.checks.lacks("an edited message is no longer quoted", "furious|disgrace", told.text)
    w.control("edit", user="bob", channel="followed", message=message, content="Now I am livid, this is the third time today!")
    w.checks.matches("and what it says now is", "livid|third time", w.slash("alice", "coach", channel="followed").text)
    w.send("alice", "I am furious too.", channel="followed")
    w.checks.matches("two turns of ours in a row are no silence yet", "^Coaching: (?!Gone quiet)", w.slash("alice", "coach", channel="followed").text)
    w.control("edit", user="bob", channel="followed", message=message, content=CALM)
    form = w.slash("alice", "review", channel="followed")
    w.checks.equal("the form holds what the customer wrote last, as edited", form.fields.get("answers"), CALM)
    other = w.send("bob", ANGRY, channel="followed")
    w.checks.matches("a new message counts", "furious|disgrace", w.slash("alice", "coach", channel="followed").text)
    w.control("delete", user="bob", channel="followed", message=other)
    w.checks.lacks("a deleted message is no longer quoted", "furious|disgrace", w.slash("alice", "coach", channel="followed").text)
    w.checks.matches("a channel that is not watched", NOT_WATCHED, w.slash("alice", "coach", channel="team").text)
    w.send("bob", ANGRY, channel="team")
    w.checks.matches("and stays unread", NOT_WATCHED, w.slash("dan", "coach", channel="team").text)
    told = w.context("dan", "Help me answer", w.send("bob", ANGRY, channel="team"), channel="team")
    w.checks.matches("Help me answer works there all the same", "^Coaching.*furious", told.text)
    told = w.slash("bob", "review", channel="followed")
    w.checks.equal("a customer is shown no other's message in the form", told.fields.get("answers"), "")


def forgetting(w):
    w.control("thread", user="bob", channel="support", name="forgotten", content=ANGRY)
    w.checks.matches("a thread opened later comes along", "furious", w.slash("dan", "coach", channel="forgotten").text)
    told = w.slash("bob", "privacy")
    w.checks.matches("privacy counts what is in memory", "in memory: \\d+ of your messages", told.text)
    told = w.slash("bob", "forget-me")
    w.checks.matches("forget-me deletes it and proves it", "\\d+ of your messages, from memory.*Kept about you now.*Nothing", told.text)
    w.checks.matches("and nothing is left to coach from", NOTHING_SEEN, w.slash("dan", "coach", channel="forgotten").text)
    w.checks.matches("privacy says so too", "Kept about you here.*Nothing", w.slash("bob", "privacy").text)
    w.send("bob", ANGRY, channel="forgotten")
    w.checks.matches("watch remove", "no longer watched", w.slash("carol", "watch remove", options={"channel": "#support"}).text)
    w.checks.matches("its threads are watched no more", NOT_WATCHED, w.slash("dan", "coach", channel="forgotten").text)
    w.slash("carol", "watch add", options={"channel": "#support"})
    w.checks.matches("what it held was forgotten", NOTHING_SEEN, w.slash("dan", "coach", channel="forgotten").text)
    w.checks.matches("watch remove of what is not watched", "was not watched", w.slash("carol", "watch remove", options={"channel": "#team"}).text)
