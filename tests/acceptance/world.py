"""The model, the bot and the wire between them, and what is checked of every answer."""
import http.client, json, os, pathlib, re, signal, socket, subprocess, time

from wire import Wire

TOKEN = "sim.token"
# Discord takes an answer within three seconds, whatever else the machine is at; nearly all come at once.
WITHIN_MS, MOSTLY_WITHIN_MS = 2_900, 500
GUILDS = ("acme", "globex")
PEOPLE = ("alice", "bob", "carol", "dan")
# The bot asks somebody who is quicker than this to wait; the run keeps to it, save where it tests just that.
AT_ONCE, ONE_MORE = 12, 2.0


class Checks:
    """Counts, and tells what failed in one line each."""
    def __init__(self):
        self.passed, self.failures, self.notes = 0, [], []

    def that(self, name, ok, expected, seen):
        if ok:
            self.passed += 1
        else:
            self.failures.append(name)
            print(f"FAILED {name}: expected {expected}, saw {' '.join(str(seen).split())[:600]}", flush=True)
        return bool(ok)

    def equal(self, name, seen, expected):
        return self.that(name, seen == expected, repr(expected), repr(seen))

    def matches(self, name, pattern, text):
        return self.that(name, re.search(pattern, text, re.S), f"/{pattern}/", text)

    def lacks(self, name, pattern, text):
        return self.that(name, not re.search(pattern, text, re.S), f"no /{pattern}/", text)


class Answer:
    """What somebody saw after something they did."""
    def __init__(self, did, raw):
        self.did, self.raw = did, raw
        self.error = raw.get("error", "")
        shown = raw.get("response") or {}
        self.id, self.ephemeral = shown.get("id"), shown.get("ephemeral")
        self.text, self.title = text_of(shown), (shown.get("embeds") or [{}])[0].get("title", "")
        self.modal, self.key = raw.get("modal"), raw.get("key")
        self.followups = raw.get("followups") or []
        self.buttons, self.menus = {}, {}
        for row in shown.get("components") or []:
            for part in row["components"]:
                if part["type"] == 2:
                    self.buttons[part["label"]] = part["custom_id"]
                else:
                    self.menus[part["custom_id"]] = [option["value"] for option in part["options"]]

    @property
    def menu(self):
        return next(iter(self.menus.values()), [])

    @property
    def fields(self):
        """The form's fields and what stands in them."""
        parts = [part for row in (self.modal or {}).get("components", []) for part in row["components"]]
        return {part["custom_id"]: part.get("value", "") for part in parts}

    def __str__(self):
        return self.error or self.text or (f"a form {self.modal}" if self.modal else str(self.raw))


def text_of(message):
    parts = [message.get("content") or ""]
    for embed in message.get("embeds") or []:
        parts += [embed.get("title", ""), embed.get("description", ""), (embed.get("footer") or {}).get("text", "")]
    return "\n".join(part for part in parts if part)


class World:
    def __init__(self, model_dir, binary, folder):
        self.model_dir, self.binary = pathlib.Path(model_dir), pathlib.Path(binary).resolve()
        self.folder, self.home = folder, folder / "bot"
        self.home.mkdir()
        self.checks, self.paces, self.answers, self.starts = Checks(), {}, [], 0
        self.process, self.sat_on = None, {}  # form → the card it was opened from
        self.model_port = free_port()
        self.log_file = self.home / "bedside.log"

    # the model and the wire ------------------------------------------------------------------------------------------
    def start_model(self, python):
        out = open(self.folder / "model.log", "w")
        beside = pathlib.Path(__file__).with_name("model.py")
        command = [python, "-B", str(beside), str(self.model_dir / "discord_model.py"), str(self.model_port)]
        self.model = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        self.wait("the model to start", lambda: self.try_state(), 30)
        self.wire = Wire(self.model_port)
        self.wire.start()
        state = self.state()
        self.guilds, self.people, self.channels, self.roles = (state[k] for k in ("guilds", "people", "channels", "roles"))

    def try_state(self):
        try:
            return self.state()
        except OSError:
            return None

    def control(self, what, **body):
        link = http.client.HTTPConnection("127.0.0.1", self.model_port, timeout=30)
        try:
            link.request("POST", f"/_control/{what}", json.dumps(body), {"content-type": "application/json"})
            return json.loads(link.getresponse().read())
        finally:
            link.close()

    def rest_as_bot(self, method, path, body):
        link = http.client.HTTPConnection("127.0.0.1", self.model_port, timeout=30)
        try:
            headers = {"content-type": "application/json", "authorization": f"Bot {TOKEN}"}
            link.request(method, f"/api/v10{path}", json.dumps(body), headers)
            return json.loads(link.getresponse().read())
        finally:
            link.close()

    def state(self): return self.control("state")
    def rest(self): return self.control("rest")
    def messages(self, guild, channel): return self.control("messages", guild=guild, channel=channel)

    def by_bot(self, guild, channel):
        """What the bot wrote there for everybody."""
        told = self.messages(guild, channel)
        return [m for m in told if m["author"].get("bot") and not int(m.get("flags") or 0) & 64]

    def wait(self, what, condition, seconds):
        """Waits until there is something true; gives it, or fails the run's check of that name."""
        end = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() > end:
                self.checks.that(what, False, f"it within {seconds} s", "nothing of the kind")
                return None
            time.sleep(0.02)

    def show(self, what, told):
        """Prints what people see, for somebody who wants to read it as they do."""
        if os.environ.get("BEDSIDE_SHOW"):
            print(f"--- {what}\n{told if isinstance(told, str) else json.dumps(told, indent=1, ensure_ascii=False)}", flush=True)

    # the bot ---------------------------------------------------------------------------------------------------------
    def start_bot(self):
        config = self.home / "bedside.toml"
        config.write_text(f'[discord]\napi = "http://127.0.0.1:{self.wire.port}"\n[store]\n'
                          f'url = "sqlite://{self.home}/bedside.db"\n[log]\nformat = "json"\n')
        environment = {**os.environ, "DISCORD_TOKEN": TOKEN, "RUST_LOG": "trace"}
        identifies = self.identifies()
        self.log_from = self.log_file.stat().st_size if self.log_file.exists() else 0
        self.process = subprocess.Popen([self.binary, "run", "--config", config], env=environment, cwd=self.home,
                                        stdin=subprocess.DEVNULL, stdout=open(self.home / "stdout.log", "ab"),
                                        stderr=open(self.log_file, "ab"))
        self.starts, self.paces = self.starts + 1, {}
        self.wait("the bot identifies", lambda: self.identifies() > identifies or self.process.poll() is not None, 60)
        self.wait("the bot looks at its commands", lambda: self.said("the commands"), 20)

    def identifies(self): return sum("identify" in entry for entry in self.state()["gateway"])
    def resumes(self): return sum("resume" in entry for entry in self.state()["gateway"])

    def said(self, words, since=None):
        with open(self.log_file, "rb") as log:
            log.seek(self.log_from if since is None else since)
            return [line for line in log.read().decode("utf-8", "replace").splitlines() if words in line]

    def stop_bot(self, name="SIGTERM"):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "killed"
        took = time.monotonic() - began
        self.checks.that(f"{name}: the bot ends with 0 within 10 s", code == 0 and took < 10, "0 within 10 s", f"{code} after {took:.1f} s")
        self.process = None

    def end(self):
        for process in (self.process, getattr(self, "model", None)):
            if process and process.poll() is None:
                process.kill()
                process.wait()

    # what people do --------------------------------------------------------------------------------------------------
    def pace(self, guild, user):
        """Waits as long as the bot would ask this person to."""
        now = time.monotonic()
        full = max(self.paces.get((guild, user), now), now) + ONE_MORE
        over = full - now - ONE_MORE * (AT_ONCE - 1)
        if over > 0:
            time.sleep(over)
        self.paces[guild, user] = full

    def act(self, what, user, guild="acme", channel="support", name=None, share=False, change=None, paced=True, **body):
        """Does something, and checks what holds of every answer. `change` is made to the interaction on the wire."""
        did = f"{what} {body.get('label') or body.get('custom_id') or name or ''} by {user} in {guild}/{channel}"
        charged = getattr(change, "user", user) if change else user
        if paced:
            self.pace(guild, charged)
        if change:
            self.wire.changes.append(change)
        if name is not None:
            body["name"] = name
        answer = Answer(did, self.control(what, user=user, guild=guild, channel=channel, **body))
        if answer.error:
            self.wire.changes.clear()
            if paced:
                self.paces[guild, charged] -= ONE_MORE
            return answer
        if "update" in answer.raw["kind"]:  # the card that it sat on changed
            told = next((m for m in self.messages(guild, channel) if m["id"] == body.get("message", self.sat_on.get(body.get("key")))), None)
            answer = Answer(did, {**answer.raw, "response": told and {**told, "ephemeral": bool(int(told.get("flags") or 0) & 64)}})
        if what in ("click", "select"):
            self.sat_on[answer.key] = body["message"]
        if name == "forget-me":
            self.paces.pop((guild, charged), None)  # their haste is forgotten too
        took = answer.raw["took_ms"]
        self.answers.append((took, did))
        wrong = []
        if not answer.raw["acknowledged"] or answer.raw["loading"]: wrong.append("no answer")
        if took > WITHIN_MS: wrong.append(f"{took} ms")
        if answer.raw["response"] and not answer.ephemeral: wrong.append("a public answer")
        public = [f for f in answer.followups if not f["ephemeral"]]
        if bool(public) != share: wrong.append(f"{len(public)} public messages")
        if answer.title.startswith("Sorry"): wrong.append(answer.text)
        self.checks.that(f"{did}: answered", not wrong, f"a private answer within {WITHIN_MS} ms" + (" and a public message" if share else ""), ", ".join(wrong))
        return answer

    def slash(self, user, name, guild="acme", channel="support", options=None, **more):
        return self.act("slash", user, guild, channel, name=name, options=options or {}, **more)

    def context(self, user, name, message, guild="acme", channel="support", **more):
        return self.act("context", user, guild, channel, name=name, message=message, **more)

    def click(self, user, answer, label=None, custom_id=None, guild="acme", channel="support", **more):
        return self.act("click", user, guild, channel, message=answer.id, label=label, custom_id=custom_id, **more)

    def select(self, user, answer, value, guild="acme", channel="support", **more):
        return self.act("select", user, guild, channel, message=answer.id, values=[value], custom_id=next(iter(answer.menus), None), **more)

    def submit(self, user, form, values, guild="acme", channel="support", **more):
        # What stood in a field and was left alone is sent with it.
        return self.act("modal", user, guild, channel, key=form.key, values={**form.fields, **values}, **more)

    def send(self, user, content, guild="acme", channel="support"):
        return self.control("send", user=user, guild=guild, channel=channel, content=content)["id"]

    def review(self, user, draft, guild="acme", channel="support", **more):
        return self.slash(user, "review", guild, channel, {"draft": draft}, **more)

    # changes on the wire ---------------------------------------------------------------------------------------------
    def as_person(self, guild, user):
        """The interaction was another person's."""
        member = self.wire.members[self.guilds[guild], self.people[f"{guild}/{user}"]]

        def change(told):
            told["member"] = member
        change.user = user
        return change


def with_data(**data):
    """The interaction carried other data: a custom id that nobody made, say."""
    return lambda told: told["data"].update(data)


def with_option(name, value):
    def change(told):
        options = told["data"]["options"]
        for option in options[0]["options"] if options and options[0]["type"] == 1 else options:
            if option["name"] == name:
                option["value"] = value
    return change


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
