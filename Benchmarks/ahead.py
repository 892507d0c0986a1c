#!/usr/bin/env python3
"""What the presets of a new file cost until all of them are there: the inspection, every render, every commit.

Each source is sent alone to a daemon of its own with the presets that its collection has out of the box, in --rounds copies one after the
other, which differ in a few bytes behind the picture's end. Of each the median is shown.

    CPU      processor seconds of the daemon and its workers, from the upload's first byte until the last rendition is there
    first    wall seconds from the upload's response until the first preset is there in every format
    all      the same until the last rendition is there
    memory   the most that a worker had resident, in MiB

    make build && Benchmarks/ahead.py
    Benchmarks/ahead.py --binary OTHER/mediad --only "HEIC poster"
"""
import argparse
import http.client
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from renditions import show
from support import ROOT, Daemon, Process, parents

# Name, file, collection, first preset, presets, formats.
CASES = [
    ("HEIC poster", "Tests/Fixtures/iphone13-gps.heic", "posters", "92x-", 6, 3),
    ("HEIC avatar", "Tests/Fixtures/iphone13-gps.heic", "avatars", "64x64", 4, 3),
    ("JPEG poster", "jpg", "posters", "92x-", 6, 3),
    ("clip", "Tests/Fixtures/clip-5s.mp4", "videos", "1280x-", 2, 3),
]

# Else the copies of an avatar are all the same once they are stored.
SETTINGS = {"MEDIAD_COLLECTIONS_AVATARS_STRIP_PRIVATE_METADATA": "false"}


def copies(path: Path, count: int) -> list[bytes]:
    """The same picture with other bytes: what is made of boxes gets an empty one, others something behind their end."""
    content, has_boxes = path.read_bytes(), path.suffix in (".heic", ".mp4")
    head = (16).to_bytes(4, "big") + b"free" if has_boxes else b""
    return [content + head + os.urandom(8) for _ in range(count)]


class Bench:
    """A daemon with the collections that there are out of the box."""

    def __init__(self, binary):
        self.root = tempfile.mkdtemp(prefix="mediad-ahead-")
        os.chmod(self.root, 0o755)
        options = ["--config", "/dev/null"] if Path("/etc/mediad/mediad.yaml").exists() else []
        self.daemon = Daemon(binary, self.root, log=self.root + ".log", options=options, **SETTINGS)

    def workers(self) -> list[Process]:
        return [
            Process(pid)
            for pid, parent in parents()
            if parent == self.daemon.pid and b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    def seconds(self) -> float:
        return self.daemon.seconds() + sum(worker.seconds() for worker in self.workers())

    def made(self) -> list[str]:
        return [path.name for path in Path(self.root, "renditions").glob("*/*/*")]

    def upload(self, collection: str, content: bytes, name: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port)
        connection.request("POST", f"/api/upload?collection={collection}&name={name}", body=content)
        response = connection.getresponse()
        record = json.loads(response.read())
        if response.status != 201:
            sys.exit(f"the upload was refused: {record}")

    def round(self, case, content: bytes, number: int) -> tuple[float, float, float, float]:
        _, _, collection, first, presets, formats = case
        there = len(self.made())
        firsts = sum(name.startswith(first) for name in self.made())
        for worker in self.workers():
            worker.forget_peak()
        before = self.seconds()
        self.upload(collection, content, f"b{number}")
        began, first_at = time.monotonic(), None
        while True:
            made = self.made()
            if first_at is None and sum(name.startswith(first) for name in made) == firsts + formats:
                first_at = time.monotonic() - began
            if len(made) == there + presets * formats:
                break
            if time.monotonic() - began > 120:
                sys.exit(f"{len(made) - there} renditions after two minutes: {made}")
            time.sleep(0.005)
        all_at = time.monotonic() - began
        # What the last rendition leaves to be done belongs to it.
        time.sleep(0.3)
        memory = max(worker.memory() for worker in self.workers())
        return self.seconds() - before, first_at, all_at, memory

    def stop(self) -> None:
        self.daemon.stop()
        shutil.rmtree(self.root, ignore_errors=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", help="names of cases, with commas")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--binary", default=ROOT / ".build/release/mediad")
    options.add_argument("--jpeg", type=Path, help="a photograph for the case of a JPEG, which is left out without one")
    options.add_argument("--video", type=Path, help="a video in place of the clip of the fixtures")
    arguments = options.parse_args()
    rows = []
    for case in CASES:
        if arguments.only and case[0] not in arguments.only.split(","):
            continue
        path = arguments.jpeg if case[1] == "jpg" else ROOT / case[1]
        if case[2] == "videos" and arguments.video:
            path = arguments.video
        if path is None:
            continue
        bench = Bench(arguments.binary)
        # The first warms the workers up.
        measured = [bench.round(case, copy, number) for number, copy in enumerate(copies(path, arguments.rounds + 1))][1:]
        bench.stop()
        medians = [statistics.median(column) for column in zip(*measured)]
        rows.append([case[0], *(f"{value:.2f}" for value in medians[:3]), f"{medians[3]:.0f}"])
    show(["", "CPU s", "first s", "all s", "memory MiB"], rows)


if __name__ == "__main__":
    main()
