#!/usr/bin/env python3
"""How fast the daemon takes uploads, next to what the disk and the hash allow in the same run.

Starts the release build on a fresh storage root with the embedded database, on the disk of this repository, and measures in turn, in
several rounds, of which the medians count:

    limits     dd conv=fsync of the same bytes to the same disk, and sha256sum of them; both read the page cache
    sink       the same client against a server that throws bytes away: what the client itself can send
    mediad     tus in one PATCH, in 8 MiB PATCHes, in 64 KiB PATCHes over one connection; the IETF protocol; a plain POST
    other      tuspyserver on uvicorn, from PyPI in .build/bench-venv, when it can be installed

"bytes" is the time until all bytes are durable and acknowledged, of an upload that nothing is made of yet: a partial one (tus), one with
Upload-Complete: ?0 (IETF). "file" is the time until they are a file of the tree: inspected, committed and recorded too.

    make build && Benchmarks/uploads.py
    Benchmarks/uploads.py --concurrent 64      the daemon's peak memory with so many uploads at once; the bound is 80 MiB
"""
import argparse
import hashlib
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from clients import MIB, TUS, Client, another_server, sink
from support import ROOT, Daemon, Process, film, size_of

BOUND = 80
LEGEND = """
A is the slower of dd conv=fsync and sha256sum, B the slower of dd conv=fsync and openssl: what a program can do that uses the
processor's instructions for SHA-256. CPU s: the server's processor seconds per GiB; others: those of all that it started (workers,
PostgreSQL). peak: the server's most resident memory meanwhile."""
names = (f"film-{number}" for number in itertools.count())


class Film:
    """A file to send. Reading it once brings it into the page cache."""

    def __init__(self, path: Path, size: int):
        self.path, self.size = path, size
        digest = hashlib.sha256()
        with open(path, "wb") as output:
            for chunk in film(size):
                output.write(chunk)
                digest.update(chunk)
        self.digest = digest.hexdigest()


class Measurement:
    """One way of moving `total` bytes, measured several times."""

    def __init__(self, name: str, total: int, run, process: Process | None = None, after=lambda made: None):
        """`after` puts away what `run` answers; its time does not count."""
        self.name, self.total, self.run, self.process, self.after = name, total, run, process, after
        self.seconds, self.own, self.others, self.peaks = [], [], [], []

    def measure(self) -> None:
        # What earlier ones left to be written would be this one's burden.
        os.sync()
        if self.process:
            self.process.forget_peak()
            own, others = self.process.seconds(), self.process.seconds_of_others()
        began = time.monotonic()
        made = self.run()
        self.seconds.append(time.monotonic() - began)
        if self.process:
            self.own.append(self.process.seconds() - own)
            self.others.append(self.process.seconds_of_others() - others)
            self.peaks.append(self.process.memory())
        self.after(made)

    @property
    def rate(self) -> float:
        """Bytes per second."""
        return self.total / statistics.median(self.seconds)

    def line(self, limits: list[float]) -> str:
        figures = ""
        if self.process:
            own, others = (statistics.median(each) * (1 << 30) / self.total for each in (self.own, self.others))
            figures = f"{own:8.2f} {others:8.2f} {max(self.peaks):8.1f}"
        slowest, fastest = (self.total / seconds / 1e6 for seconds in (max(self.seconds), min(self.seconds)))
        shares = " ".join(f"{self.rate / limit:6.0%}" for limit in limits)
        return f"{self.name:<26}{self.rate / 1e6:7.0f} {shares} {figures:26}  {slowest:5.0f} to {fastest:.0f}"


def limits(film: Film, copy: Path):
    def tool(name: str, *command) -> Measurement:
        def run() -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        return Measurement(name, film.size, run, after=lambda _: copy.unlink(missing_ok=True))

    yield tool("dd bs=1M conv=fsync", "dd", f"if={film.path}", f"of={copy}", "bs=1M", "conv=fsync")
    yield tool("sha256sum", "sha256sum", film.path)
    yield tool("openssl dgst -sha256", "openssl", "dgst", "-sha256", film.path)
    # No limit, but what this disk does when every 8 MiB have to be on it before the next come.
    yield tool("dd bs=8M oflag=dsync", "dd", f"if={film.path}", f"of={copy}", "bs=8M", "oflag=dsync")


def chunked(label: str, port: int, process: Process | None, films, after, **options):
    """tus in one PATCH and in smaller ones."""
    long, short = films
    for name, film, chunk in (("one PATCH", long, long.size), ("8 MiB", long, 8 * MIB), ("64 KiB", short, 64 << 10)):

        def run(film=film, chunk=chunk):
            client = Client(port, film.path)
            return client, client.tus(film.size, chunk, next(names), **options), film

        yield Measurement(label.format(name), film.size, run, process, lambda made: after(*made))


def remove(client: Client, path: str, film: Film) -> None:
    client.expect(204, "DELETE", path, TUS)
    client.close()


def remove_file(client: Client, path: str, film: Film) -> None:
    client.expect(204, "DELETE", client.file_of(path, film.digest), {})
    remove(client, path, film)


def ways_of_mediad(daemon: Daemon, films):
    yield from chunked("tus, {}, bytes", daemon.port, daemon, films, remove, partial=True)
    yield from chunked("tus, {}, file", daemon.port, daemon, films, remove_file)
    film = films[0]
    ways = {
        "IETF, one request, bytes": lambda client: client.ietf(film.size, next(names), complete=False),
        "IETF, one request, file": lambda client: client.ietf(film.size, next(names), complete=True),
        "plain POST, file": lambda client: client.plain(film.size, next(names)),
    }
    for name, way in ways.items():

        def run(way=way):
            client = Client(daemon.port, film.path)
            return client, way(client), film

        # An upload made by the IETF protocol may be ended in tus too.
        yield Measurement(name, film.size, run, daemon, lambda made: remove(*made))


def measure_speed(daemon: Daemon, folder: Path, films, rounds: int) -> None:
    found_limits = list(limits(films[0], folder / "copy"))
    ceilings = list(chunked("sink: {}", sink(), None, films, lambda *made: None))
    ways = list(ways_of_mediad(daemon, films))
    others = []
    if other := another_server(folder):
        others = list(chunked("tuspyserver: {}", other[1], other[0], films, remove, address="/files/"))
    # The first of everything pays for what is made only once.
    warm = Client(daemon.port, films[1].path)
    remove_file(warm, warm.tus(films[1].size, MIB, next(names)), films[1])
    everything = [*found_limits, *ceilings, *ways, *others]
    for number in range(rounds):
        for measurement in everything:
            print(f"\rround {number + 1} of {rounds}: {measurement.name:<40}", end="", file=sys.stderr, flush=True)
            measurement.measure()
    print("\r" + " " * 70 + "\r", end="", file=sys.stderr)
    disk, hash, faster_hash = (measurement.rate for measurement in found_limits[:3])
    limit_rates = [min(disk, hash), min(disk, faster_hash)]
    print(f"{'':<26}{'MB/s':>7} {'of A':>6} {'of B':>6} {'CPU s':>8} {'others':>8} {'peak MiB':>8}   MB/s from to")
    for group in (found_limits, ceilings, ways, others):
        for measurement in group:
            print(measurement.line(limit_rates))
    print(LEGEND)


def measure_memory(daemon: Daemon, film: Film, count: int) -> bool:
    """Whether the daemon stayed within its bound with `count` uploads at once: fast ones, then slow ones."""
    print(f"idle: {daemon.memory():.1f} MiB, of them {daemon.memory('RssAnon'):.1f} anonymous")
    slow = film.size // 16
    for kind, partial, total, pace in (("fast", False, film.size, None), ("slow", True, slow, (16 << 10, 0.05))):
        failures = []

        def send() -> None:
            client = Client(daemon.port, film.path)
            try:
                path = client.tus(total, total, next(names), partial=partial, pace=pace)
                remove(client, path, film) if partial else remove_file(client, path, film)
            except Exception as error:
                failures.append(error)

        began = time.monotonic()
        threads = [threading.Thread(target=send) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = count * total / (time.monotonic() - began) / 1e6
        print(
            f"{count} {kind} uploads of {total / MIB:.0f} MiB at once: {daemon.memory():.1f} MiB, "
            f"now {daemon.memory('RssAnon'):.1f} anonymous ({rate:.0f} MB/s together)"
        )
        if failures:
            sys.exit(f"{len(failures)} failed: {failures[0]}")
    isWithin = daemon.memory() <= BOUND
    print(f"within {BOUND} MiB: {'yes' if isWithin else 'NO'}")
    return isWithin


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--daemon", default=ROOT / ".build/release/mediad", help="the program (default the release build)")
    options.add_argument("--size", help="of one upload (default 1GiB; with --concurrent 64MiB)")
    options.add_argument("--small", default="128MiB", help="of an upload in 64 KiB PATCHes (default 128MiB)")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--concurrent", type=int, metavar="N", help="measure memory with N uploads at once")
    options.add_argument("--root", default=ROOT / ".build", help="folder on the disk to measure (default .build)")
    arguments = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mediad-uploads-", dir=arguments.root))
    folder.chmod(0o755)
    daemon = None
    try:
        long = Film(folder / "film.mp4", size_of(arguments.size or ("64MiB" if arguments.concurrent else "1GiB")))
        daemon = Daemon(arguments.daemon, str(folder / "root"), str(folder / "log"))
        if arguments.concurrent:
            sys.exit(0 if measure_memory(daemon, long, arguments.concurrent) else 1)
        short = Film(folder / "short.mp4", size_of(arguments.small))
        measure_speed(daemon, folder, (long, short), arguments.rounds)
    finally:
        if daemon:
            daemon.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
