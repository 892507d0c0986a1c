"""Speaks HTTP/2 frame by frame, well and badly; ends with status 0 when the server did as it should.

use_h2.py MODE URL CERTIFICATE TARGET [SIZE]

TARGET is a path below URL; SIZE is the length of what is there, in bytes. The modes are the functions below.
"""

import os
import socket
import ssl
import struct
import sys
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings
import hpack

PATIENCE = 20


class Client:
    """One connection."""

    def __init__(self, receive_buffer=None):
        host, port = URL.split("//")[1].split(":")
        context = ssl.create_default_context(cafile=CERTIFICATE)
        context.set_alpn_protocols(["h2"])
        raw = socket.socket()
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.connect((host, int(port)))
        self.socket = context.wrap_socket(raw, server_hostname=host)
        assert self.socket.selected_alpn_protocol() == "h2"
        self.authority = f"{host}:{port}"
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(
                header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False
            )
        )
        self.h2.initiate_connection()
        self.flush()
        self.events = []
        self.finished = set()
        self.lengths = {}
        self.is_over = False
        self.acknowledges = True

    def flush(self):
        data = self.h2.data_to_send()
        if data:
            self.socket.sendall(data)

    def head(self, target, method="GET", fields=()):
        pseudo = [(":method", method), (":scheme", "https"), (":authority", self.authority), (":path", target)]
        return pseudo + list(fields)

    def ask(self, target, method="GET", fields=(), end=True):
        return self.send(self.head(target, method, fields), end)

    def send(self, head, end=True):
        stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream, head, end_stream=end)
        self.flush()
        return stream

    def receive(self, until, patience=PATIENCE):
        """Takes what comes until `until(self)` holds, the connection ends, or patience does."""
        deadline = time.monotonic() + patience
        while not until(self) and not self.is_over and time.monotonic() < deadline:
            self.socket.settimeout(0.1)
            try:
                data = self.socket.recv(1 << 16)
            except (TimeoutError, socket.timeout):
                continue
            except OSError:
                data = b""
            self.is_over = not data
            for event in self.h2.receive_data(data) if data else []:
                self.events.append(event)
                if isinstance(event, h2.events.DataReceived):
                    length = event.flow_controlled_length
                    self.lengths[event.stream_id] = self.lengths.get(event.stream_id, 0) + length
                    if self.acknowledges:
                        self.h2.acknowledge_received_data(length, event.stream_id)
                if isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                    self.finished.add(event.stream_id)
            try:
                self.flush()
            except OSError:
                self.is_over = True
        return until(self)

    def of(self, kind, stream=None):
        return [e for e in self.events if isinstance(e, kind) and (stream is None or e.stream_id == stream)]

    def status(self, stream):
        for event in self.of(h2.events.ResponseReceived, stream):
            return int(dict(event.headers)[":status"])

    def body(self, stream):
        return b"".join(e.data for e in self.of(h2.events.DataReceived, stream))

    def ended(self, stream):
        return stream in self.finished

    def expect(self, stream, status):
        assert self.receive(lambda c: c.ended(stream)), f"stream {stream} does not end"
        assert self.status(stream) == status, f"{self.status(stream)} instead of {status}"

    def frame(self, kind, flags, stream, payload=b""):
        header = struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream)
        self.socket.sendall(header + payload)


def check_health():
    """A new connection is served at once."""
    client = Client()
    began = time.monotonic()
    client.expect(client.ask("/healthz"), 200)
    assert time.monotonic() - began < 5


def is_cut(client, misbehave):
    """Whether the server puts an end to `misbehave`."""
    try:
        misbehave()
    except OSError:
        return True
    client.receive(lambda c: c.is_over)
    return client.is_over


def streams():
    """A hundred streams side by side, each gets everything."""
    client = Client()
    asked = [client.ask(TARGET) for _ in range(100)]
    assert client.receive(lambda c: len(c.finished) == len(asked), 60), client.lengths
    for stream in asked:
        assert client.status(stream) == 200 and client.lengths[stream] == SIZE, stream
    client.expect(client.ask("/healthz"), 200)


def stalled():
    """Streams whose windows are full hold up neither another stream nor another connection."""
    client = Client()
    client.acknowledges = False
    asked = [client.ask(TARGET) for _ in range(99)]
    taken = lambda c: sum(c.lengths.values())
    assert client.receive(lambda c: taken(c) == 65535), taken(client)
    # The window of the connection; those of the streams stay full.
    client.h2.increment_flow_control_window(200 * 65535)
    client.flush()
    assert client.receive(lambda c: taken(c) == 99 * 65535, 60), taken(client)
    client.expect(client.ask("/healthz"), 200)
    check_health()
    print("stalled", flush=True)
    sys.stdin.readline()
    for stream in asked:
        client.h2.reset_stream(stream, h2.errors.ErrorCodes.CANCEL)
    client.flush()
    client.expect(client.ask("/healthz"), 200)


def deaf():
    """Connections that ask for much and read nothing."""
    clients = [Client(receive_buffer=16 << 10) for _ in range(4)]
    for client in clients:
        client.h2.increment_flow_control_window((1 << 31) - 1 - 65535)
        client.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: (1 << 31) - 1})
        for _ in range(100):
            client.ask(TARGET)
    check_health()
    print("deaf", flush=True)
    sys.stdin.readline()


def malformed():
    """What is no request is refused, and costs its own stream only."""
    client = Client()
    good = client.head("/healthz")
    without = lambda *names: [field for field in good if field[0] not in names]
    refused = {
        "two names of the server": (good + [("host", "other")], 400),
        "no name of the server": (without(":authority"), 400),
        "too many fields": (good + [(f"x-{n}", "1") for n in range(101)], 431),
        "a large head": (good + [("x-large", "a" * 33_000)], 431),
        "an expectation": (good + [("expect", "wonders")], 417),
    }
    for name, (head, status) in refused.items():
        stream = client.send(head)
        assert client.receive(lambda c: c.ended(stream)), name
        assert client.status(stream) == status, f"{name}: {client.status(stream)}"
    reset = {
        "a field of the connection": good + [("connection", "close")],
        "a coding of HTTP/1.1": good + [("transfer-encoding", "chunked")],
        "a capital letter": good + [("X-Capital", "1")],
        "a line break": good + [("x-break", "a\r\nb: c")],
        "an odd server": without(":authority") + [("x", "1"), (":authority", "a b")],
        "no path": without(":path"),
        "no scheme": without(":scheme"),
        "two paths": good + [(":path", "/")],
        "a path without a slash": without(":path") + [(":path", "healthz")],
        "an empty path": without(":path") + [(":path", "")],
        "a URL for a path": without(":path") + [(":path", "https://localhost/healthz")],
        "a query for a path": without(":path") + [(":path", "?x")],
        "a space before a value": good + [("x-space", " a")],
        "a space behind a value": good + [("x-space", "a ")],
        "a tab before a value": good + [("x-space", "\ta")],
        "a space before the method": without(":method") + [(":method", " GET")],
        "a space behind the path": without(":path") + [(":path", "/healthz ")],
        "a NUL": good + [("x-nul", "a\0b")],
        "Keep-Alive": good + [("keep-alive", "timeout=5")],
        "Proxy-Connection": good + [("proxy-connection", "keep-alive")],
        "Upgrade": good + [("upgrade", "h2c")],
        "TE but trailers": good + [("te", "gzip")],
        "a pseudo-header field of responses": good + [(":status", "200")],
        "a pseudo-header field behind others": without(":path") + [("x", "1"), (":path", "/healthz")],
        "two methods": good + [(":method", "GET")],
        "CONNECT": [(":method", "CONNECT"), (":authority", "localhost:1")],
    }
    for name, head in reset.items():
        stream = client.send(head)
        assert client.receive(lambda c: c.ended(stream)), name
        assert client.of(h2.events.StreamReset, stream) and client.status(stream) is None, name
    behind = client.ask("/api/upload?collection=documents", "POST", [("content-type", "text/plain")], end=False)
    client.h2.send_data(behind, b"hello\n")
    client.h2.send_headers(behind, [("x-space", " a")], end_stream=True)
    client.flush()
    assert client.receive(lambda c: c.ended(behind)), "a space in a trailer"
    assert client.of(h2.events.StreamReset, behind) and client.status(behind) is None, "a space in a trailer"
    wrong_host = {
        "a port that is none": "localhost:80x", "an address that is none": "[::g]", "a user": "u@localhost",
        "two words": "a b", "a list": "a,b",
    }
    for name, host in wrong_host.items():
        stream = client.send(without(":authority") + [(":authority", host)])
        assert client.receive(lambda c: c.ended(stream)), name
        assert client.status(stream) in (400, None), f"{name}: {client.status(stream)}"
        assert client.status(stream) == 400 or client.of(h2.events.StreamReset, stream), name
    # What is allowed, and what an intermediary may say of the other side of it.
    client.expect(client.send(good + [("te", "trailers")]), 200)
    client.expect(client.send(without(":scheme") + [(":scheme", "http")]), 200)
    client.expect(client.send(good + [("x-empty", "")]), 200)
    fragment = client.send(without(":path") + [(":path", "/healthz#x")])
    client.expect(fragment, 400)
    named = without(":authority") + [("host", client.authority)]
    client.expect(client.send(named), 200)
    client.expect(client.send(good + [("host", client.authority)]), 200)


def flood():
    """Attacks by number are cut off, each: CVE-2023-44487, CVE-2024-27316, CVE-2019-9511 to -9518."""

    def rapid_reset(client):
        for number in range(20_000):
            stream = client.h2.get_next_available_stream_id()
            client.h2.send_headers(stream, client.head(TARGET), end_stream=True)
            client.h2.reset_stream(stream, h2.errors.ErrorCodes.CANCEL)
            if number % 50 == 0:
                client.flush()

    def pings(client):
        for _ in range(30_000):
            client.frame(6, 0, 0, b"12345678")

    def settings(client):
        for _ in range(30_000):
            client.frame(4, 0, 0)

    def continuation(client):
        encoder = hpack.Encoder()
        client.frame(1, 0, 1, encoder.encode(client.head(TARGET)))
        for number in range(10_000):
            client.frame(9, 0, 1, encoder.encode([(f"x-{number}", "a")]))

    def empty_data(client):
        client.ask("/api/upload?collection=videos", "POST", end=False)
        for _ in range(10_000):
            client.frame(0, 0, 1)

    def unknown_resets(client):
        for number in range(10_000):
            client.frame(8, 0, 1, struct.pack(">I", 0))

    def large_head(client):
        client.send(client.head(TARGET, fields=[("x-large", "a" * 200_000)]))

    def no_preface(client):
        client.socket.sendall(b"\xff" * 100_000)

    for attack in [rapid_reset, pings, settings, continuation, empty_data, unknown_resets, large_head, no_preface]:
        client = Client()
        assert is_cut(client, lambda: attack(client)), attack.__name__
        check_health()


def early():
    """An upload that is refused before it has come is answered whole, and its stream closed without an error."""
    client = Client()
    stream = client.ask("/nothing", "POST", [("content-length", "10000000")], end=False)
    client.h2.send_data(stream, b"a" * 10_000)
    client.flush()
    client.expect(stream, 404)
    assert b"not_found" in client.body(stream)
    assert client.of(h2.events.StreamEnded, stream)
    assert client.receive(lambda c: c.of(h2.events.StreamReset, stream))
    assert client.of(h2.events.StreamReset, stream)[0].error_code == h2.errors.ErrorCodes.NO_ERROR
    client.expect(client.ask("/healthz"), 200)


def broken():
    """An upload whose stream is reset keeps what came; TARGET is an upload of tus without a byte."""
    client = Client()
    fields = [
        ("tus-resumable", "1.0.0"), ("content-type", "application/offset+octet-stream"), ("upload-offset", "0"),
        ("expect", "100-continue"),
    ]
    stream = client.ask(TARGET, "PATCH", fields, end=False)
    # Before that nobody takes the bytes, and a client that is gone by then has sent them to nobody.
    assert client.receive(lambda c: c.of(h2.events.InformationalResponseReceived, stream))
    for _ in range(6):
        client.h2.send_data(stream, b"a" * 10_000)
    client.flush()
    # The window comes back when the bytes are taken.
    assert client.receive(lambda c: c.of(h2.events.WindowUpdated))
    client.h2.reset_stream(stream, h2.errors.ErrorCodes.CANCEL)
    client.flush()
    offset = None
    for _ in range(200):
        head = client.ask(TARGET, "HEAD", [("tus-resumable", "1.0.0")])
        client.expect(head, 200)
        offset = dict(client.of(h2.events.ResponseReceived, head)[0].headers)["upload-offset"]
        if offset == "60000":
            break
        time.sleep(0.05)
    assert offset == "60000", offset


def idle():
    """A connection without a stream is told to go, and closed."""
    client = Client()
    client.expect(client.ask("/healthz"), 200)
    assert client.receive(lambda c: c.of(h2.events.ConnectionTerminated))
    assert client.of(h2.events.ConnectionTerminated)[0].error_code == h2.errors.ErrorCodes.NO_ERROR


def silent():
    """A client that begins a body and sends nothing more loses the stream, and nothing else."""
    client = Client()
    fields = [("content-type", "multipart/form-data; boundary=x")]
    stream = client.ask("/api/upload", "POST", fields, end=False)
    client.h2.send_data(stream, b"--x\r\n")
    client.flush()
    assert client.receive(lambda c: c.ended(stream)), "the stream stays"
    client.expect(client.ask("/healthz"), 200)


MODE, URL, CERTIFICATE, TARGET = sys.argv[1:5]
SIZE = int(sys.argv[5]) if len(sys.argv) > 5 else None
globals()[MODE]()
