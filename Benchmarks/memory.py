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
import shutil
import sys
import tempfile
import time

from support import CHUNK, ROOT, Daemon, film, size_of


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", default="4GiB", help="512MiB, 4GiB, ... (default 4GiB)")
    options.add_argument("--binary", default=ROOT / ".build/release/mediad")
    options.add_argument("--root", help="where to make the storage root (default: the temporary folder)")
    arguments = options.parse_args()
    total = size_of(arguments.size)
    root = tempfile.mkdtemp(prefix="mediad-memory-", dir=arguments.root)
    os.chmod(root, 0o755)
    daemon = Daemon(arguments.binary, root, log=root + ".log")
    try:
        print(f"idle: {daemon.memory():.1f} MiB")
        sent = hashlib.sha256()

        def body():
            for chunk in film(total):
                sent.update(chunk)
                yield chunk

        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port)
        headers = {"Content-Length": str(total)}
        connection.request("POST", "/api/upload?collection=videos&name=large", body=body(), headers=headers)
        response = connection.getresponse()
        record = json.loads(response.read())
        if response.status != 201:
            sys.exit(f"the upload was refused: {record}")
        seconds = time.monotonic() - began
        print(f"after the upload of {arguments.size}: {daemon.memory():.1f} MiB ({total / seconds / 1e6:.0f} MB/s)")

        began = time.monotonic()
        connection.request("GET", record["files"][0]["url"])
        response = connection.getresponse()
        received, count = hashlib.sha256(), 0
        while chunk := response.read(CHUNK):
            received.update(chunk)
            count += len(chunk)
        seconds = time.monotonic() - began
        print(f"after the download: {daemon.memory():.1f} MiB ({count / seconds / 1e6:.0f} MB/s)")
        same = received.digest() == sent.digest() and count == total
        print(f"byte for byte the same: {'yes' if same else 'NO'}")
        sys.exit(0 if same else 1)
    finally:
        daemon.stop()
        shutil.rmtree(root, ignore_errors=True)
        os.unlink(root + ".log")


if __name__ == "__main__":
    main()
