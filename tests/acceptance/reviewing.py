"""A draft on its way: the form, the card, its buttons and menus, by its owner, by others, and by nobody."""
from world import with_data

BAD = "You should have backed that up, @everyone <@1> <@&1>. Just reboot it. Obviously you broke it. Calm down, it is not my problem."
BETTER = "Just reboot it. Obviously you broke it. As per my last email, the policy says no."
GONE = "too long ago, or is not mine|forget it, so this one is gone|no tips|do not know that habit"


def reviewed(w, user, draft=BAD, guild="acme", **more):
    return w.review(user, draft, guild, **more)


def form_flow(w):
    form = w.slash("alice", "review", channel="team")
    w.checks.equal("the form asks for the draft and what it answers", sorted(form.fields), ["answers", "draft"])
    card = w.submit("alice", form, {"draft": BAD, "answers": "It is broken and I need it by noon. Can you help?"}, channel="team")
    w.checks.matches("the card quotes, gives reasons and a way", "You should have backed.*Try: ", card.text)
    w.checks.that("at most three findings at first", sum(card.text.count(p) for p in ("Mend before sending", "Worth a change", "Worth knowing")) == 3, "three", card.text)
    w.checks.matches("it tells the listening level", "Listening, level \\d of 5", card.text)
    w.checks.that("everyone in a draft is not a mention", "@everyone" not in card.text and "<@1>" not in card.text, "no mention", card.text)
    everything = w.click("alice", card, "Show all", channel="team")
    w.checks.that("show all shows more", len(everything.text) > len(card.text) and "Back" in everything.buttons, "more, and a way back", everything.text)
    w.checks.that("show all changes the card in its place", everything.id == card.id, card.id, everything.id)
    back = w.click("alice", everything, "Back", channel="team")
    w.checks.equal("back is the card as it was", back.text, card.text)
    why = w.click("alice", back, "Why?", channel="team")
    w.checks.matches("why tells the source and the rule", "(Read more|Related reading): .*Rule `[a-z-]+/", why.text)
    back = w.click("alice", why, "Back", channel="team")
    form = w.click("alice", back, "Edit and review again", channel="team")
    w.checks.equal("the form holds the draft as it was", form.fields.get("draft"), BAD)
    again = w.submit("alice", form, {"draft": BETTER}, channel="team")
    w.checks.matches("the second version tells what changed", "Since the last version: \\W*\\d+ resolved, \\d+ still there, \\d+ new", again.text)
    w.checks.that("the second version takes the card's place", again.id == card.id, card.id, again.id)
    w.checks.lacks("what was resolved is gone", "backed that up", again.text)
    form = w.click("alice", again, "Edit and review again", channel="team")
    good = w.submit("alice", form, {"draft": "You need it by noon: I am on it and will write at 11:30 with where it stands."}, channel="team")
    w.checks.lacks("a kind version draws nothing grave", "Mend before sending", good.text)
    w.checks.lacks("the bot sent nothing", "backed|noon", str(w.by_bot("acme", "team")))

    card = reviewed(w, "alice")
    w.checks.matches("nobody presses on another's card", "not visible", w.click("bob", card, "Why?", paced=False).error)
    for user in ("dan", "carol", "bob"):
        for label in ("Why?", "Show all", "Edit and review again"):
            told = w.click("alice", card, label, change=w.as_person("acme", user))
            w.checks.that(f"{label} of alice's card by {user}", "forget it, so this one is gone" in told.text and "backed" not in str(told.raw.get("modal")), "kindly refused", told)
    held = card.buttons["Why?"].rsplit(":", 1)[1]
    for number, what in enumerate(("write", "brief", "dismiss", "for-draft", "for-me", "for-team")):
        user = ("dan", "bob", "carol")[number % 3]
        told = w.click("alice", card, "Why?", change=both(with_data(custom_id=f"review:{what}:{held}", values=[card.menu[0]]), w.as_person("acme", user)))
        w.checks.that(f"{what} of alice's card by {user}", "forget it, so this one is gone" in told.text and not told.modal, "kindly refused", told)
    told = w.click("alice", card, "Why?")
    w.checks.matches("her card is hers still", "Rule `", told.text)
    form = w.slash("alice", "review")
    told = w.submit("alice", form, {"draft": BAD}, change=w.as_person("acme", "dan"))
    w.checks.matches("a form submitted by another is their own first draft", "You should have backed", told.text)
    form = w.slash("alice", "review")
    w.slash("alice", "forget-me")
    told = w.submit("alice", form, {"draft": BAD})
    w.checks.matches("a form whose session is gone loses nothing", "You should have backed", told.text)
    first = reviewed(w, "alice")
    for _ in range(5):
        reviewed(w, "alice")
    w.checks.matches("the oldest of six drafts is gone, kindly", GONE, w.click("alice", first, "Show all").text)


def dismissing(w):
    def rules_of(user, guild="acme"):
        return w.review(user, BAD, guild).menu

    card = reviewed(w, "alice")
    rule = card.menu[0]
    asked = w.select("alice", card, rule)
    w.checks.matches("dismissing asks for whom", "For whom shall .* be dismissed", asked.text)
    w.checks.equal("the choices in those words", sorted(asked.buttons), ["Back", "Me", "This draft"])
    w.checks.that("back leaves it on", rule in w.click("alice", asked, "Back").menu, rule, "not in the menu")
    asked = w.select("alice", card, rule)
    told = w.click("alice", asked, "This draft")
    w.checks.that("dismissed for this draft", rule not in told.menu and told.menu, f"a card without {rule}", told.menu)
    w.checks.that("another draft has it still", rule in rules_of("alice"), rule, "not in the menu")
    card = reviewed(w, "alice")
    w.click("alice", w.select("alice", card, rule), "Me")
    w.checks.that("dismissed for me", rule not in rules_of("alice"), f"a card without {rule}", "in the menu")
    w.checks.that("not for another", rule in rules_of("dan"), rule, "not in the menu")
    w.checks.matches("privacy tells of it", "1 rule|" + rule, w.slash("alice", "privacy").text)
    w.checks.matches("forget-me takes it back", "Deleted.*Kept about you now.*Nothing", w.slash("alice", "forget-me").text)
    w.checks.that("and the rule is on again", rule in rules_of("alice"), rule, "not in the menu")

    card = reviewed(w, "alice")
    asked = w.select("alice", card, rule)
    team = asked.buttons["Me"].replace("for-me", "for-team")
    told = w.click("alice", asked, "Me", change=with_data(custom_id=team))
    w.checks.matches("the team's rules are not everybody's, button or no button", "needs the Manage Server permission", told.text)
    w.checks.that("and the rule stays on", rule in rules_of("dan"), rule, "not in the menu")
    asked = w.select("carol", reviewed(w, "carol"), rule)
    w.checks.equal("a lead may choose the team", sorted(asked.buttons), ["Back", "Me", "The team", "This draft"])
    told = w.click("carol", asked, "The team")
    for user in ("alice", "bob", "dan"):
        w.checks.that(f"dismissed for the team, so for {user}", rule not in rules_of(user), f"a card without {rule}", "in the menu")
    w.checks.that("not for the other server", rule in rules_of("alice", "globex"), rule, "not in the menu")
    w.checks.matches("rules list tells of it", rule, w.slash("carol", "rules list").text)
    w.checks.lacks("nor does the other server's list", rule, w.slash("carol", "rules list", "globex").text)
    w.slash("carol", "rules on", options={"rule": rule})
    w.checks.that("rules on brings it back", rule in rules_of("bob"), rule, "not in the menu")
    w.checks.matches("a rule's name mistyped", "no rule of that name.*Did you mean", w.slash("carol", "rules off", options={"rule": rule[:-1]}).text)


def forged(w):
    card = reviewed(w, "dan")
    held = card.buttons["Why?"].rsplit(":", 1)[1]
    ids = ["x", ":", "::", "review", "review:", "review:all", "review:all:", "review:all:zzzz", "review:all:ffffffffffffffff",
           "review:all:00000000000000000001", f"review:nope:{held}", f"review:for-me:{held}", f"review:for-team:{held}", f"review:dismiss:{held}",
           "review:why:" + "9" * 80, "tip:share:", "tip:share:nope", "tip:nope:nope", "listen:about:", "draft:x", "watch:nope:",
           "daily:now:", "\u202egone", "review:all:é", "select * from mutes; --", "a" * 100]
    for number, custom_id in enumerate(ids):
        user = ("dan", "alice", "carol")[number % 3]
        told = w.click("dan", card, "Why?", change=both(with_data(custom_id=custom_id), w.as_person("acme", user)))
        w.checks.matches(f"a forged button {custom_id[:40]!r} by {user}", GONE, told.text)
        card = reviewed(w, "dan") if told.id == card.id else card
    told = w.click("dan", card, "Why?", change=with_data(custom_id="tip:another:nope"))
    w.checks.matches("another than a tip that is none", "Try it: ", told.text)
    card = reviewed(w, "dan")
    told = w.click("dan", card, "Why?", change=both(with_data(custom_id="watch:notice:"), w.as_person("acme", "bob")))
    w.checks.matches("a forged notice by a customer", "needs the Manage Server permission", told.text)
    # The same from a message that everybody sees, as an old card may be: it must not be changed for all.
    rows = [{"type": 1, "components": [{"type": 2, "style": 2, "label": f"{n}", "custom_id": one} for n, one in enumerate(
        (f"review:all:{held}", "review:edit:0123456789abcdef", "tip:another:", "old:thing:1"))]}]
    menu = {"type": 1, "components": [{"type": 3, "custom_id": "listen:about:", "options": [{"label": "x", "value": "no-such"}]}]}
    public = w.rest_as_bot("POST", f"/channels/{w.channels['acme/support']}/messages", {"content": "An old card", "components": rows + [menu], "allowed_mentions": {"parse": []}})
    for label, expected in (("0", GONE), ("1", GONE), ("2", "Try it: "), ("3", GONE)):
        told = w.act("click", "bob", message=public["id"], label=label)
        w.checks.matches(f"an old public button {label} by bob", expected, told.text)
    told = w.act("select", "bob", message=public["id"], values=["no-such"], custom_id="listen:about:")
    w.checks.matches("an old public menu", GONE, told.text)
    stands = next(m for m in w.messages("acme", "support") if m["id"] == public["id"])
    w.checks.equal("what everybody sees stays as it was", stands["content"], "An old card")

    card = reviewed(w, "dan")
    for value in ("no/such", "", "x" * 100):
        told = w.select("dan", card, card.menu[0], change=with_data(values=[value]))
        w.checks.matches(f"a forged choice {value[:10]!r}", GONE, told.text)
        card = reviewed(w, "dan")
    for custom_id, expected in (("other:1", GONE), ("draft", GONE), ("draft:", "backed"), ("draft:zzz", "backed"), ("draft:ffffffffffffffff", "backed")):
        form = w.slash("alice", "review")
        told = w.submit("alice", form, {"draft": BAD}, change=with_data(custom_id=custom_id))
        w.checks.matches(f"a forged form {custom_id!r}", expected, told.text)
    form = w.slash("alice", "review")
    told = w.submit("alice", form, {"draft": BAD}, change=with_data(components=[]))
    w.checks.matches("a form without its fields", "no draft in the form", told.text)


def both(*changes):
    def change(told):
        for one in changes:
            one(told)
    for one in changes:
        if hasattr(one, "user"):
            change.user = one.user
    return change


def odd_drafts(w):
    form = w.slash("alice", "review")
    w.checks.matches("a draft of blanks", "no draft in the form", w.submit("alice", form, {"draft": " \n "}).text)
    long = "You should have backed that up. " * 400
    told = w.review("alice", "x", change=lambda told: told["data"]["options"][0].update(value=long))
    w.checks.matches("a draft that is too long", f"has {len(long.strip())} characters; I read up to 4000", told.text)
    for name, draft in (
        ("four thousand backticks", "`" * 4000), ("brackets", "[" * 4000), ("quotes", "> " * 2000), ("overrides", "\u202eYou should have backed that up\u202c. " * 50),
        ("nothing but marks", "!?" * 2000), ("emoji", "👩‍👩‍👧‍👦" * 300), ("zeros", "You should\u0000 have \u200bbacked that up. " * 80), ("one word", "a" * 4000),
        ("another language", "Guten Tag, bitte starten Sie den Rechner neu und melden Sie sich danach wieder bei uns, vielen Dank."),
        ("markdown", "**" * 1000 + "~~" * 500 + "||" * 500), ("lines", "\n".join("- no" for _ in range(800))), ("a lone surrogate", None),
    ):
        change = None
        if draft is None:
            draft, change = "x", lambda told: told["data"]["options"][0].update(value="You should have \ud800 backed that up.")
        told = w.review("alice", draft, "globex", change=change)
        w.checks.that(f"a draft of {name} has a card", told.title and not told.title.startswith("Sorry"), "a card", told)
