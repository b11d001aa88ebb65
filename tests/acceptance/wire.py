"""The wire between the bot and the model: passes everything on, and can add to, change and double what passes.

The bot is told the wire's address as Discord's. Towards the bot it can say what no model would: frames that cannot be
read, the same event twice, an interaction under another name or with a custom id that nobody made.
"""
import asyncio, json, struct, threading


class Wire:
    def __init__(self, model_port):
        self.model_port, self.port = model_port, None
        self.members = {}         # (guild id, user id) → the member as Discord tells it
        self.interactions = []    # every interaction that passed, as Discord told it
        self.answers = {}         # interaction id → what the bot answered to an interaction of the wire's own
        self.changes = []         # each is applied to one passing interaction
        self.doubling = False
        self.unanswered = {}      # interaction id → (status, body) to give instead of passing the answer on
        self.gateways = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def start(self):
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait(10)

    def _run(self):
        asyncio.set_event_loop(self._loop)

        async def serve():
            server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=1 << 22)
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()

        self._loop.run_until_complete(serve())
        self._loop.run_forever()

    def inject(self, frame, opcode=1):
        """Says something to the bot on every open gateway connection: an object, text or bytes."""
        data = json.dumps(frame).encode() if isinstance(frame, (dict, list)) else frame.encode() if isinstance(frame, str) else frame

        async def say():
            for writer in list(self.gateways):
                writer.write(framed(data, opcode))
            return len(self.gateways)

        return asyncio.run_coroutine_threadsafe(say(), self._loop).result(10)

    # one connection of the bot's -------------------------------------------------------------------------------------
    async def _client(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, fields = parsed(head)
                if fields.get("upgrade", "").lower() == "websocket":
                    return await self._gateway(head, reader, writer)
                body = await reader.readexactly(int(fields.get("content-length", 0)))
                answer = await self._rest(first, head, body)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        finally:
            writer.close()

    async def _rest(self, first, head, body):
        path = first.split(" ")[1]
        parts = path.split("/")
        if "interactions" in parts and parts[-1].startswith("callback"):
            ident = parts[parts.index("interactions") + 1]
            if ident in self.unanswered:
                self.answers.setdefault(ident, []).append(json.loads(body))
                status, text = self.unanswered[ident]
                return response(status, text)
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.model_port, limit=1 << 24)
        try:
            up_writer.write(head + body)
            head_back = await up_reader.readuntil(b"\r\n\r\n")
            first_back, fields = parsed(head_back)
            status = first_back.split(" ")[1]
            length = fields.get("content-length")
            content = b"" if status == "204" else await (up_reader.readexactly(int(length)) if length else up_reader.read())
        except (asyncio.IncompleteReadError, ConnectionError):
            return None  # the model hung up on purpose
        finally:
            up_writer.close()
        content = self._renamed(content)
        kept = [f"{k}: {v}" for k, v in fields.items() if k not in ("content-length", "transfer-encoding", "connection")]
        lines = [first_back, *kept, f"content-length: {len(content)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content

    def _renamed(self, content):
        return content.replace(f"ws://127.0.0.1:{self.model_port}".encode(), f"ws://127.0.0.1:{self.port}".encode())

    # the gateway -----------------------------------------------------------------------------------------------------
    async def _gateway(self, head, reader, writer):
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.model_port, limit=1 << 24)
        up_writer.write(head)
        writer.write(await up_reader.readuntil(b"\r\n\r\n"))
        self.gateways.add(writer)

        async def upwards():
            while chunk := await reader.read(1 << 16):
                up_writer.write(chunk)
            up_writer.close()

        async def downwards():
            while True:
                opcode, data = await frame_of(up_reader)
                for each in self._down(data) if opcode == 1 else [data]:
                    writer.write(framed(each, opcode))
                await writer.drain()

        pumps = [asyncio.ensure_future(upwards()), asyncio.ensure_future(downwards())]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.gateways.discard(writer)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            up_writer.close()

    def _down(self, data):
        """What is told to the bot instead of this text frame."""
        data = self._renamed(data)
        frame = json.loads(data)
        if frame.get("t") != "INTERACTION_CREATE":
            return [data]
        told = frame["d"]
        self.interactions.append(json.loads(json.dumps(told)))
        del self.interactions[:-200]
        self.members[told["guild_id"], told["member"]["user"]["id"]] = told["member"]
        if self.changes:
            self.changes.pop(0)(told)
            data = json.dumps(frame).encode()
        return [data, data] if self.doubling else [data]


def parsed(head):
    lines = head.decode("latin-1").split("\r\n")
    return lines[0], {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:] if line)}


def response(status, body):
    body = body if isinstance(body, bytes) else body.encode()
    return f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


async def frame_of(reader):
    """One frame of a server, which never masks; the models's frames are whole."""
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack(">H", await reader.readexactly(2))
    elif length == 127:
        (length,) = struct.unpack(">Q", await reader.readexactly(8))
    return first & 0x0F, await reader.readexactly(length)


def framed(data, opcode):
    if len(data) < 126:
        length = bytes([len(data)])
    elif len(data) < 1 << 16:
        length = b"\x7e" + struct.pack(">H", len(data))
    else:
        length = b"\x7f" + struct.pack(">Q", len(data))
    return bytes([0x80 | opcode]) + length + data
