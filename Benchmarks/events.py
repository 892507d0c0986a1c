#!/usr/bin/env python3
"""Thousands who listen for events: what each costs, and how soon all of them hear of one.

Starts the release build on a fresh storage root with the embedded database, opens --subscribers streams (server-sent events, then as many
connections of WebSocket), measures what each idle one weighs, and changes a record a few times a second. Every subscriber must get every
event; the times are from the reply to the change to the client's read, so that they include this client's own work. Then --rate events a
second go to 100 streams, which must get all of them in order. The exit status is 1 when anything is lost or out of order, or a subscriber
weighs 12 KiB or more.

    make build && Benchmarks/events.py                      # 5,000 each; needs `ulimit -n` above 10,000
    Benchmarks/events.py --subscribers 500 --binary .build/debug/mediad
"""
import argparse
import json
import os
import re
import resource
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from support import ROOT, Daemon

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
FILES = 50
CURSOR = re.compile(rb'"cursor":"[0-9a-z]+\.(\d+)","file"')


def text_frame(text: str) -> bytes:
    """A masked frame with a text of up to 125 bytes (RFC 6455 section 5.2)."""
    data = text.encode()
    return bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data


def subscribe(port: int, kind: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    if kind == "sse":
        connection.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    else:
        connection.sendall(
            b"GET /api/events/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY.encode() + b"\r\n\r\n"
        )
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += connection.recv(4096)
    if kind == "ws":
        connection.sendall(text_frame('{"type":"subscribe","id":"a","since":"now"}'))
    while (b"retry:" if kind == "sse" else b"subscribed") not in seen:
        seen += connection.recv(4096)
    connection.setblocking(False)
    return connection


class Listeners:
    """Connections that are read as they come; notes which positions each got, and when."""

    def __init__(self, port: int, kind: str, count: int):
        self.selector = selectors.DefaultSelector()
        self.heard: list[list[int]] = []
        self.pending: list[bytes] = []
        self.times: dict[int, list[float]] = {}
        for number in range(count):
            self.selector.register(subscribe(port, kind), selectors.EVENT_READ, number)
            self.heard.append([])
            self.pending.append(b"")

    def read(self, seconds: float, until: int | None = None) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and (until is None or any(len(heard) < until for heard in self.heard)):
            for key, _ in self.selector.select(0.05):
                try:
                    data = key.fileobj.recv(1 << 18)
                except BlockingIOError:
                    continue
                now = time.monotonic()
                if not data:
                    sys.exit("a subscriber was let go")
                data = self.pending[key.data] + data
                last = 0
                for match in CURSOR.finditer(data):
                    position = int(match[1])
                    self.heard[key.data].append(position)
                    self.times.setdefault(position, []).append(now)
                    last = match.end()
                # What may be cut off begins at most so far before the end.
                self.pending[key.data] = data[max(last, len(data) - 200):]

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


def change(port: int, record: str, number: int) -> None:
    body = json.dumps({"focalPoint": {"x": number % 1000 / 1000, "y": 0.5}}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/media/{record}", body, {"Content-Type": "application/json"}, method="PATCH"
    )
    urllib.request.urlopen(request).read()


def idle(daemon, record: str, kind: str, count: int) -> bool:
    before = daemon.memory("RssAnon")
    listeners = Listeners(daemon.port, kind, count)
    listeners.read(3)
    each = (daemon.memory("RssAnon") - before) * 1024 / count
    sent: list[float] = []
    for number in range(20):
        change(daemon.port, record, number + 1)
        sent.append(time.monotonic())
        listeners.read(0.5, until=number + 1)
    listeners.read(5, until=20)
    good = all(len(heard) == 20 and heard == sorted(heard) for heard in listeners.heard)
    delays = sorted(
        heard - sent[number] for number, position in enumerate(sorted(listeners.times)) for heard in listeners.times[position]
    )
    listeners.close()
    p99 = delays[len(delays) * 99 // 100] * 1000 if delays else float("nan")
    p50 = delays[len(delays) // 2] * 1000 if delays else float("nan")
    print(f"{kind}: {count} idle, {each:.1f} KiB each; an event after p50 {p50:.0f} ms, p99 {p99:.0f} ms; all: {good}")
    return good and each < 12


def busy(daemon, root: str, rate: int, seconds: int) -> bool:
    """pgbench changes records with SQL, each in a transaction of its own, so that HTTP is no bound."""
    listeners = Listeners(daemon.port, "sse", 100)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(
            f"\\set n random(0, {FILES - 1})\n"
            "UPDATE media.files SET updated_at = clock_timestamp() WHERE path = 'posters/' || :n || '.gif';\n"
        )
        script.flush()
        os.chmod(script.name, 0o644)
        command = ["pgbench", "-n", "-c", "8", "-R", str(rate), "-T", str(seconds), "-f", script.name]
        environment = {**os.environ, "PGHOST": f"{root}/postgres/run", "PGUSER": "mediad", "PGDATABASE": "mediad"}
        began = time.monotonic()
        pgbench = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        while pgbench.poll() is None:
            listeners.read(0.2)
        sent = time.monotonic() - began
    found = re.search(r"transactions actually processed: (\d+)", pgbench.stdout.read())
    changes = int(found[1]) if found else 0
    listeners.read(10, until=changes)
    counts = {len(heard) for heard in listeners.heard}
    ordered = all(heard == sorted(set(heard)) for heard in listeners.heard)
    listeners.close()
    print(
        f"100 streams: {changes} changes at {changes / sent:.0f} a second; each stream heard all: {counts == {changes}}, "
        f"in order: {ordered}"
    )
    return counts == {changes} and ordered


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", default=ROOT / ".build/release/mediad")
    options.add_argument("--subscribers", type=int, default=5000)
    options.add_argument("--rate", type=int, default=1000)
    options.add_argument("--seconds", type=int, default=3)
    arguments = options.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    root = tempfile.mkdtemp(prefix="mediad-events-")
    os.chmod(root, 0o755)
    log = root + ".log"
    daemon = Daemon(arguments.binary, root, log=log, MEDIAD_HTTP_MAXIMUM_CONNECTIONS_PER_ADDRESS="0")
    try:
        content = (ROOT / "Tests/Fixtures/cogs.gif").read_bytes()
        for number in range(FILES):
            request = urllib.request.Request(
                f"http://127.0.0.1:{daemon.port}/api/upload?collection=posters&name={number}", content, {"Content-Type": "image/gif"}
            )
            record = json.loads(urllib.request.urlopen(request).read())["files"][0]["id"]
        time.sleep(3)
        good = [idle(daemon, record, kind, arguments.subscribers) for kind in ("sse", "ws")]
        good.append(busy(daemon, root, arguments.rate, arguments.seconds))
    finally:
        daemon.stop()
        shutil.rmtree(root, ignore_errors=True)
        os.unlink(log)
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
