#!/usr/bin/env python3
"""How fast the daemon serves private files: by a token, by a signed address, beside public ones, in the same run.

Starts the release build on a fresh storage root with one public and one private collection, uploads the same picture to both, makes a key, and
measures by wrk over kept connections in turns, in a random order, in several rounds:

    public       without credentials
    key          private, with a key in Authorization
    token        private, with a JSON Web Token in Authorization
    signed       private, by a signed address
    before       public, by another build (--before), to see what the checks cost those who need none

    make build && Benchmarks/private.py
    Benchmarks/private.py --before /path/to/another/build/mediad

Prints medians, and the median over the rounds of each ratio to `public`. The exit status is 1 if a private way is slower than 0.8 of it.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import readers
from servers import Mediad, record, seconds_of
from support import ROOT, Daemon

LEAST = 0.8
PICTURE = ROOT / "Tests/Fixtures/cogs.gif"
SECRET = "a-secret-of-the-benchmark-with-32-bytes"
SCRIPT = """
wrk.headers["Host"] = "localhost"
done = function(summary, latency, requests)
    local errors = summary.errors
    print(string.format('{"requests": %d, "seconds": %.6f, "failures": %d}', summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""
CONFIGURATION = f"""
access:
  signatureKeys: [{SECRET}]
  jwt:
    secrets: [{SECRET}]
collections:
  names: [open, closed]
  open:
    types: ["*/*"]
  closed:
    types: ["*/*"]
    access: private
"""


def token() -> str:
    """A JSON Web Token (RFC 7519) as an application would make it."""

    def text(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    claims = {"sub": "user-1", "scope": "read:closed/*", "exp": int(time.time()) + 3600}
    signed = f"{text(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())}.{text(json.dumps(claims).encode())}"
    return f"{signed}.{text(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest())}"


class Guarded(Mediad):
    """A daemon with a configuration file."""

    def __init__(self, binary, root: Path, configuration: Path):
        super().__init__(binary, root, {})
        self.configuration = configuration

    def start(self) -> None:
        options = ["--config", str(self.configuration)]
        self.process = Daemon(self.binary, str(self.root), str(self.root) + ".log", options)
        self.port = self.process.port


class Way:
    def __init__(self, name: str, server: Mediad, address: str, credential: str | None = None):
        self.name, self.server, self.address, self.credential = name, server, address, credential
        self.rates: list[float] = []
        self.costs: list[float] = []

    def measure(self, script: Path, connections: int, seconds: float) -> None:
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
        command += ["--script", str(script)]
        if self.credential:
            command += ["--header", f"Authorization: Bearer {self.credential}"]
        before = seconds_of(self.server.process)
        output = subprocess.run(
            command + [f"http://127.0.0.1:{self.server.port}{self.address}"], capture_output=True, text=True, check=True
        ).stdout
        found = json.loads(output.strip().splitlines()[-1])
        if found["failures"]:
            sys.exit(f"{self.name}: {found['failures']} of {found['requests']} requests failed")
        self.rates.append(found["requests"] / found["seconds"])
        self.costs.append((seconds_of(self.server.process) - before) / found["requests"] * 1e6)


def curl(port: int, *arguments: str) -> bytes:
    return subprocess.run(
        ["curl", "-sS", "--fail-with-body", *arguments[:-1], f"http://127.0.0.1:{port}{arguments[-1]}"],
        capture_output=True,
        check=True,
    ).stdout


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--daemon", default=ROOT / ".build/release/mediad")
    options.add_argument("--before", help="another build, whose public files are measured beside")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--seconds", type=int, default=2, help="of one run of wrk")
    options.add_argument("--size", type=int, default=4096, help="bytes of the file")
    options.add_argument("--connections", type=int, default=32)
    arguments = options.parse_args()
    readers.private_loopback()
    folder = Path(tempfile.mkdtemp(prefix="mediad-private-"))
    os.chmod(folder, 0o755)
    servers: list[Mediad] = []
    try:
        picture = folder / "picture.gif"
        content = PICTURE.read_bytes()
        picture.write_bytes(content + bytes(max(0, arguments.size - len(content))))
        configuration = folder / "mediad.yaml"
        configuration.write_text(CONFIGURATION)
        (folder / "root").mkdir()
        server = Guarded(arguments.daemon, folder / "root", configuration)
        server.start()
        servers.append(server)
        key = subprocess.run(
            [arguments.daemon, "key", "create", "--name", "benchmark", "--scope", "manage", "--config", configuration]
            + ["--storage-root", folder / "root"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        bearer = ["-H", f"Authorization: Bearer {key}"]
        # The daemon hears of the key within a second.
        time.sleep(1.5)
        paths = {}
        for collection in ["open", "closed"]:
            address = f"/api/upload?collection={collection}&name=picture"
            answer = curl(server.port, *bearer, "--data-binary", f"@{picture}", address)
            paths[collection] = record(answer)["url"]
        body = json.dumps({"urls": [paths["closed"]], "expiresIn": 3600})
        signed = json.loads(curl(server.port, *bearer, "--json", body, "/api/sign"))["urls"][0]
        ways = [
            Way("public", server, paths["open"]),
            Way("key", server, paths["closed"], key),
            Way("token", server, paths["closed"], token()),
            Way("signed", server, signed),
        ]
        if arguments.before:
            (folder / "before").mkdir()
            before = Mediad(arguments.before, folder / "before", {}, name="before")
            before.start()
            servers.append(before)
            answer = curl(before.port, "--data-binary", f"@{picture}", "/api/upload?collection=avatars&name=picture")
            ways.append(Way("before", before, record(answer)["url"]))
        measure(ways, folder, arguments)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder)


def measure(ways: list[Way], folder: Path, arguments) -> None:
    script = folder / "private.lua"
    script.write_text(SCRIPT)
    for way in ways:
        way.measure(script, arguments.connections, 1)
        way.rates, way.costs = [], []
    for _ in range(arguments.rounds):
        for way in random.sample(ways, len(ways)):
            way.measure(script, arguments.connections, arguments.seconds)
    print(f"{arguments.size} bytes, {arguments.connections} connections, {arguments.rounds} rounds of {arguments.seconds} s")
    print(f"{'':10}{'requests/s':>26}{'CPU us/request':>16}{'x public':>12}{'CPU x public':>14}")
    public, slow = ways[0], []
    for way in ways:
        ratio = statistics.median(mine / theirs for mine, theirs in zip(way.rates, public.rates))
        cost = statistics.median(mine / theirs for mine, theirs in zip(way.costs, public.costs))
        rates = f"{statistics.median(way.rates):.0f} [{min(way.rates):.0f}-{max(way.rates):.0f}]"
        print(f"{way.name:10}{rates:>26}{statistics.median(way.costs):>16.1f}{ratio:>12.3f}{cost:>14.3f}")
        if way.name in ("key", "token", "signed") and ratio < LEAST:
            slow.append(way.name)
    if slow:
        sys.exit(f"slower than {LEAST} of public: {', '.join(slow)}")


if __name__ == "__main__":
    main()
