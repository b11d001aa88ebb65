"""Two processes with a shard each, on one store: every interaction is answered once, every tip posted once. The store
moves to a PostgreSQL server for it, and back."""
import collections, http.client, os, re, signal, subprocess, time

import daily, postgres
from world import GUILDS, PEOPLE, TOKEN, free_port


class Replica:
    """One of two processes; it holds one shard."""
    def __init__(self, w, shard, store):
        self.w, self.shard, self.port, self.process = w, shard, free_port(), None
        self.config = w.home / f"shard-{shard}.toml"
        self.config.write_text(
            f'[discord]\napi = "http://127.0.0.1:{w.wire.port}"\nshards = {{ of = 2, mine = [{shard}] }}\n[room]\nenabled = false\n'
            f'[store]\nurl = "{store}"\n[ops]\nlisten = "127.0.0.1:{self.port}"\n[log]\nformat = "json"\n')

    def start(self):
        w, environment = self.w, {**os.environ, "DISCORD_TOKEN": TOKEN, "RUST_LOG": "trace"}
        self.process = subprocess.Popen([w.binary, "run", "--config", self.config], env=environment, cwd=w.home,
                                        stdin=subprocess.DEVNULL, stdout=open(w.home / "stdout.log", "ab"), stderr=open(w.log_file, "ab"))

    def ask(self, path):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return None, ""
        finally:
            link.close()

    def ready(self):
        self.w.wait(f"the process with shard {self.shard} is ready", lambda: self.ask("/readyz")[0] == 200, 60)

    def answered(self):
        """How many requests it has answered so far."""
        return sum(int(count) for count in re.findall(r"^bedside_requests_total\{.*\} (\d+)$", self.ask("/metrics")[1], re.M))

    def end(self, how):
        self.process.send_signal(how)
        return self.process.wait(20)


def replicas(w):
    w.stop_bot("before two processes")
    file = w.home / "bedside.db"
    with postgres.server() as server:
        if server:
            move(w, f"sqlite://{file}", server)
            # What comes back is a new file.
            for part in w.home.glob("bedside.db*"): part.unlink()
            two(w, server)
            move(w, server, f"sqlite://{file}")
        else:
            w.checks.notes.append("SKIPPED: there is no PostgreSQL on this machine: two processes shared a file")
            two(w, f"sqlite://{file}")
    w.start_bot()


def move(w, source, target):
    moved = subprocess.run([w.binary, "store", "copy", source, target], cwd=w.home, capture_output=True, text=True)
    w.checks.equal(f"the store moves to {target.split(':')[0]}", moved.returncode, 0)
    w.checks.matches("and each row was compared", r"Copied [1-9]\d* rows to .*, and compared each", moved.stdout)


def two(w, store):
    before, since = len(w.state()["gateway"]), len(w.rest())
    pair = [Replica(w, 0, store), Replica(w, 1, store)]
    by_guild = {guild: pair[(int(w.guilds[guild]) >> 22) % 2] for guild in GUILDS}
    w.checks.equal("the servers lie on two shards", len(set(by_guild.values())), 2)
    try:
        for one in pair: one.start()
        for one in pair: one.ready()
        w.paces = {}
        shards = sorted(entry["shard"] for entry in w.state()["gateway"][before:] if "identify" in entry)
        w.checks.equal("each process identifies for its shard", shards, [[0, 2], [1, 2]])
        for one in pair:
            told = re.findall(r'^bedside_shard_connected\{shard="(\d+)"\} (\d+)$', one.ask("/metrics")[1], re.M)
            w.checks.equal(f"the figures tell of shard {one.shard} alone", told, [(str(one.shard), "1")])
        due = soon(w)
        everybody_asks(w, by_guild, since)
        resumes = w.resumes()
        w.control("drop", code=4000)
        for guild in GUILDS:
            w.checks.matches(f"a command in {guild} while both were cut", "Try it", w.slash("alice", "tip", guild).text)
        w.wait("both sessions are resumed", lambda: w.resumes() >= resumes + 2, 20)
        for guild in GUILDS:
            w.wait(f"the tip comes in {guild}", lambda: daily.stands(w, guild, "ticket-1"), max(0, due - time.time()) + 30)
        # One of them is killed; the other goes on, and is not disturbed when it comes back.
        by_guild["globex"].end(signal.SIGKILL)
        w.checks.matches("the other shard's process goes on", "Try it", w.slash("dan", "tip", "acme").text)
        w.checks.equal("and is ready", by_guild["acme"].ask("/readyz")[0], 200)
        by_guild["globex"].start()
        by_guild["globex"].ready()
        w.paces = {}
        w.checks.matches("a process that came back answers on its shard", "Try it", w.slash("dan", "tip", "globex").text)
        for guild in GUILDS:
            w.checks.equal(f"exactly one tip stands in {guild}", len(daily.stands(w, guild, "ticket-1")), 1)
            path = f"/channels/{w.channels[f'{guild}/ticket-1']}/messages"
            sent = [entry for entry in w.rest()[since:] if entry["method"] == "POST" and entry["path"] == path]
            w.checks.equal(f"and was sent once in {guild}", len(sent), 1)
            listed = w.slash("carol", "daily list", guild).text
            w.checks.lacks(f"nothing is told as missed in {guild}", "Missed|Failed|Unknown", listed)
            w.checks.matches(f"a schedule ends in {guild}", "is off", w.slash("carol", "daily off", guild, options={"channel": "#ticket-1"}).text)
        answered_once(w, since)
        for one in pair:
            w.checks.equal(f"the process with shard {one.shard} ends with 0", one.end(signal.SIGTERM), 0)
    finally:
        for one in pair:
            if one.process and one.process.poll() is None:
                one.process.kill()
                one.process.wait()


def soon(w):
    """A tip in each server, due at a full minute that leaves time to say so."""
    at = (int(time.time() + 25) // 60 + 1) * 60
    clock = time.strftime("%H:%M", daily.local(at))
    for guild in GUILDS:
        told = w.slash("carol", "daily on", guild, options={"channel": "#ticket-1", "time": clock, "zone": daily.ZONE, "days": "Mon-Sun"})
        w.checks.matches(f"a tip is due soon in {guild}", f"^The daily tip is on.*{clock}", told.text)
    return at


def everybody_asks(w, by_guild, since):
    before = {guild: one.answered() for guild, one in by_guild.items()}
    for guild in GUILDS:
        for person in PEOPLE:
            for name in ("tip", "help"):
                w.checks.that(f"{name} for {person} in {guild}", w.slash(person, name, guild).text, "a card", "nothing")
    for guild, one in by_guild.items():
        w.checks.equal(f"the process with shard {one.shard} answers what comes from {guild}, and nothing else", one.answered() - before[guild], 2 * len(PEOPLE))
    answered_once(w, since)


def answered_once(w, since):
    """No interaction has two first responses, taken or not."""
    responses = collections.Counter(entry["path"] for entry in w.rest()[since:] if entry["path"].endswith("/callback"))
    w.checks.that("interactions were answered", responses, "some", "none")
    w.checks.equal("every interaction was answered once", [path for path, count in responses.items() if count > 1], [])
