#!/usr/bin/env python3
"""Peak memory of the daemon while a large file goes in and out.

Starts the release build on a fresh storage root with the embedded database, uploads a video of --size (a clip and a box of noise) through a
socket, downloads it again, compares the digests, and prints the daemon's own peak resident memory (VmHWM of its process;
the workers and PostgreSQL are other processes and are not counted).

    make build && Benchmarks/memory.py --size 4GiB
"""
import argparse
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNITS = {"MiB": 1 << 20, "GiB": 1 << 30}
CHUNK = 1 << 20


def size_of(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(MiB|GiB)", text).groups()
    return int(number) * UNITS[unit]


def film(total: int):
    """An MP4 that is one header, one short clip and one huge box of noise: real enough to be taken as video."""
    clip = (ROOT / "Tests/Fixtures/clip-5s.mp4").read_bytes()
    yield clip
    rest = total - len(clip)
    # A "free" box with a 64-bit size (ISO/IEC 14496-12 section 4.2): players skip it.
    yield (1).to_bytes(4, "big") + b"free" + rest.to_bytes(8, "big")
    rest -= 16
    block = os.urandom(CHUNK)
    while rest > 0:
        yield block[: min(rest, CHUNK)]
        rest -= min(rest, CHUNK)


def peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


def start(binary: Path, root: str):
    environment = {**os.environ, "MEDIAD_LOG_FORMAT": "json"}
    environment.pop("DATABASE_URL", None)
    daemon = subprocess.Popen(
        [binary, "serve", "--storage-root", root, "--port", "0"], stderr=subprocess.PIPE, env=environment, text=True
    )
    for line in daemon.stderr:
        if '"message":"Listening"' in line:
            return daemon, int(json.loads(line)["url"].rsplit(":", 1)[1])
    sys.exit("the daemon did not start")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", default="4GiB", help="512MiB, 4GiB, ... (default 4GiB)")
    options.add_argument("--binary", default=ROOT / ".build/release/mediad")
    options.add_argument("--root", help="where to make the storage root (default: the temporary folder)")
    arguments = options.parse_args()
    total = size_of(arguments.size)
    root = tempfile.mkdtemp(prefix="mediad-memory-", dir=arguments.root)
    os.chmod(root, 0o755)
    daemon, port = start(arguments.binary, root)
    try:
        print(f"idle: {peak(daemon.pid) / 1024:.1f} MiB")
        sent = hashlib.sha256()

        def body():
            for chunk in film(total):
                sent.update(chunk)
                yield chunk

        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        headers = {"Content-Length": str(total)}
        connection.request("POST", "/api/upload?collection=videos&name=large", body=body(), headers=headers)
        response = connection.getresponse()
        record = json.loads(response.read())
        if response.status != 201:
            sys.exit(f"the upload was refused: {record}")
        seconds = time.monotonic() - began
        print(f"after the upload of {arguments.size}: {peak(daemon.pid) / 1024:.1f} MiB ({total / seconds / 1e6:.0f} MB/s)")

        began = time.monotonic()
        connection.request("GET", record["files"][0]["url"])
        response = connection.getresponse()
        received, count = hashlib.sha256(), 0
        while chunk := response.read(CHUNK):
            received.update(chunk)
            count += len(chunk)
        seconds = time.monotonic() - began
        print(f"after the download: {peak(daemon.pid) / 1024:.1f} MiB ({count / seconds / 1e6:.0f} MB/s)")
        same = received.digest() == sent.digest() and count == total
        print(f"byte for byte the same: {'yes' if same else 'NO'}")
        sys.exit(0 if same else 1)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(timeout=60)
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
