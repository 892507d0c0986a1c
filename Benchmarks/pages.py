"""Many open pages: WebSocket clients on /api/sync (RFC 6455) in one process, which only read, and note when."""
import base64
import json
import os
import select
import socket
import time


def frame(text: str) -> bytes:
    """A text message as a client sends it: masked."""
    content, mask = text.encode(), os.urandom(4)
    head = bytes([0x81]) + (
        bytes([0x80 | len(content)]) if len(content) < 126 else bytes([0x80 | 126]) + len(content).to_bytes(2, "big")
    )
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(content))


class Page:
    """One connection, followed from now on."""

    def __init__(self, port: int, token: str):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            (
                f"GET /api/sync HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        self.bytes = b""
        while b"\r\n\r\n" not in self.bytes:
            self.read()
        head, _, self.bytes = self.bytes.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(head.decode(errors="replace"))
        self.socket.sendall(
            frame(json.dumps({"type": "token", "token": token}))
            + frame(json.dumps({"type": "subscribe", "id": "films", "since": "now"}))
        )
        while not any(message["type"] == "subscribed" for message in self.messages()):
            self.read()

    def read(self) -> bool:
        """Takes what is there; False at the end of the connection."""
        found = self.socket.recv(1 << 18)
        self.bytes += found
        return bool(found)

    def messages(self) -> list[dict]:
        """Takes the whole messages out of what was read."""
        found, position, content = [], 0, self.bytes
        while len(content) >= position + 2:
            length, start = content[position + 1], position + 2
            if length == 126:
                length, start = int.from_bytes(content[start : start + 2], "big"), start + 2
            elif length == 127:
                length, start = int.from_bytes(content[start : start + 8], "big"), start + 8
            if len(content) < start + length:
                break
            if content[position] & 0x0F == 1:
                found.append(json.loads(content[start : start + length]))
            position = start + length
        self.bytes = content[position:]
        return found


def follow(port: int, tokens: list[str], count: int, orders, reports) -> None:
    """The process: opens the pages, then for each number of an order waits until all have had an event, and reports when each had it."""
    pages = {}
    watch = select.epoll()
    for index in range(count):
        page = Page(port, tokens[index % len(tokens)])
        pages[page.socket.fileno()] = page
        watch.register(page.socket.fileno(), select.EPOLLIN)
    reports.put(len(pages))
    while (wanted := orders.get()) is not None:
        # Nothing is taken apart before the last one has come: what is measured is the service.
        times, end = {}, time.monotonic() + 30
        while len(times) < len(pages) and time.monotonic() < end:
            for descriptor, _ in watch.poll(0.1):
                if not pages[descriptor].read():
                    watch.unregister(descriptor)
                    continue
                if descriptor not in times:
                    times[descriptor] = time.monotonic()
        wrong = 0
        for descriptor, page in pages.items():
            events = [message["event"] for message in page.messages() if message["type"] == "event"]
            wrong += len(events) != 1 or events[0]["id"] != wanted or events[0]["record"] is None
        reports.put((list(times.values()), wrong))
