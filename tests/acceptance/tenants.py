"""Nothing crosses from one server to another."""
from watching import ANGRY
from world import with_option


def never_cross(w):
    theirs = {name: w.channels[f"globex/{name}"] for name in ("support", "team", "random")}
    card = w.review("alice", "You should have backed that up. Just reboot it.")
    w.slash("alice", "help", "globex")
    # The same person id, held in the other server: her draft is not hers there.
    member = dict(w.wire.members[w.guilds["acme"], w.people["acme/alice"]])
    own = w.review("carol", "Thank you.", "globex")
    custom_id = card.buttons["Edit and review again"]

    def as_alice(told):
        told["member"] = {**told["member"], "user": member["user"]}
        told["data"]["custom_id"] = custom_id
    as_alice.user = "alice"
    told = w.click("carol", own, "Edit and review again", guild="globex", change=as_alice)
    w.checks.that("a draft of one server is not held in the other", not told.modal and "gone" in told.text, "gone", told)
    w.slash("carol", "watch add", "acme", options={"channel": "#random"})
    w.checks.lacks("the other server's list knows no channel of ours", w.channels["acme/random"], w.slash("carol", "watch list", "globex").text)
    w.slash("carol", "watch remove", "acme", options={"channel": "#random"})
    for name, options in (("daily on", {"channel": "#team", "time": "09:00", "zone": "UTC"}), ("report", {"channel": "#team"})):
        told = w.slash("carol", name, "acme", options=options, change=with_option("channel", theirs["random"]))
        w.checks.matches(f"{name} with another server's channel", "cannot see that channel", told.text)
    for name in ("daily now", "daily off", "daily skip"):
        told = w.slash("carol", name, "acme", options={"channel": "#team"}, change=with_option("channel", theirs["support"]))
        w.checks.matches(f"{name} with another server's channel", "has no daily tip", told.text)
    w.slash("carol", "watch add", "acme", options={"channel": "#team"}, change=with_option("channel", theirs["random"]))
    w.send("bob", ANGRY, "globex", "random")

    def there(told):
        told["channel_id"], told["channel"] = theirs["random"], {**told["channel"], "id": theirs["random"], "parent_id": None}
    told = w.slash("carol", "coach", "acme", "team", change=there)
    w.checks.lacks("watching another server's channel shows nothing of it", "furious|disgrace", told.text)
    w.slash("carol", "watch remove", "acme", options={"channel": "#team"}, change=with_option("channel", theirs["random"]))
    w.checks.lacks("nor does its own server read it", "furious|disgrace", w.slash("carol", "coach", "globex", "random").text)
    mine, other = w.slash("carol", "daily list", "acme").text, w.slash("carol", "daily list", "globex").text
    for name in ("support", "team", "random"):
        w.checks.lacks(f"our daily list knows nothing of their {name}", theirs[name], mine)
        w.checks.lacks(f"their daily list knows nothing of our {name}", w.channels[f"acme/{name}"], other)
    w.send("bob", ANGRY, "globex", "support")
    w.slash("bob", "forget-me", "acme")
    w.checks.matches("forgotten here is not forgotten there", "furious|disgrace", w.slash("alice", "coach", "globex", "support").text)
