#!/usr/bin/env python3
"""How fast the daemon serves files, side by side with nginx and Caddy on the same files in the same run.

Starts the release build on a fresh storage root with the embedded database and everything else as it comes (CORS, metrics, log), uploads
files to it, lets nginx (and Caddy, when it is installed) serve the same tree, checks that all answer the same bytes, and measures in turn,
in several rounds, of which the medians count:

    small     4 KiB and 30 KiB files by wrk over 32 and 128 kept connections
    heads     the 4 KiB file, asked for with fields that nobody reads: one of an application, those of a content delivery network, thirty
    ranges    random ranges of 1 MiB of a 1 GiB file over 16 and 64 connections
    whole     that file by curl to /dev/null
    memory    resident memory at rest, under load, with 1,000 idle clients, and with 1,000 that stall in a download
    cold      how long small requests take while four clients read data that is not in the page cache
    h2        HTTP/2 over TLS by h2load, small files and ranges' worth of bytes

    make build && Benchmarks/serving.py
    Benchmarks/serving.py --quick --only small,ranges

Run as root it uses a loopback of its own, with a congestion control that does not pace. Every CPU figure is user and system time of all processes of a server, also of mediad's workers and PostgreSQL.
"""
import argparse
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import readers
from clients import Client
from readers import MIB, ColdReader, Crowd
from servers import NGINX_CACHE, NGINX_THREADS, Caddy, Mediad, Nginx, Server, certificate, record, seconds_of, versions
from support import ROOT, TICKS, film, size_of

SECTIONS = ["small", "heads", "ranges", "whole", "memory", "cold", "h2"]
FIXTURES = ROOT / "Tests/Fixtures"
BASE = "nginx"

APPLICATION = {"X-Client-Version": "1"}
NETWORK = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept-Language": "fr,en;q=0.8",
    "Accept-Encoding": "gzip, br",
    "CF-Ray": "8c1f0e2d3b4a5f60-CDG",
    "CF-Connecting-IP": "203.0.113.7",
    "CF-IPCountry": "FR",
    "CF-Visitor": '{"scheme":"https"}',
    "CDN-Loop": "cloudflare; loops=1",
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}
HEADS = {
    "one field of an application": APPLICATION,
    "twelve of a content delivery network": NETWORK,
    "thirty": NETWORK | {f"X-App-{number}": "a value of twenty b." for number in range(18)},
}


class File:
    """A file in mediad's tree, with its address."""

    def __init__(self, answer: bytes, tree: Path):
        found = record(answer)
        # With "?v=": what mediad's records say. The others ignore it.
        self.address, self.plain = found["url"], found["url"].split("?")[0]
        self.path = tree / found["path"]


def padded(picture: Path, length: int) -> bytes:
    """A picture made exactly so long: viewers stop at its end."""
    content = picture.read_bytes()
    return content + os.urandom(length - len(content))


def busy_seconds() -> float:
    """Processor seconds of everything on this machine, stolen ones too (proc_stat(5))."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def own_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Way:
    """One server being asked in one way, measured several times."""

    def __init__(self, name: str, server: Server, run):
        self.name, self.server, self.run = name, server, run
        self.samples: list[dict] = []

    def measure(self) -> None:
        busy, own, server = busy_seconds(), own_seconds(), seconds_of(self.server.process)
        began = time.monotonic()
        sample = self.run()
        taken = time.monotonic() - began
        sample["cpu"] = seconds_of(self.server.process) - server
        others = busy_seconds() - busy - sample["cpu"] - (own_seconds() - own)
        sample["others"] = max(0, others / taken)
        self.samples.append(sample)

    def values(self, figure) -> list[float]:
        return [figure(sample) for sample in self.samples]


class Column:
    """A figure of each sample. `better`: which way is good, of those that are compared with nginx's."""

    def __init__(self, title: str, figure, digits: int = 0, isCompared: bool = False):
        self.title, self.figure, self.digits, self.isCompared = title, figure, digits, isCompared

    def cell(self, way: Way, base: Way) -> str:
        values = way.values(self.figure)
        low, middle, high = (f"{value:.{self.digits}f}" for value in (min(values), statistics.median(values), max(values)))
        text = f"{middle} [{low}-{high}]"
        if self.isCompared:
            reference = statistics.median(base.values(self.figure))
            text += f" x{statistics.median(values) / reference:.2f}" if reference else ""
        return text


RATE = Column("requests/s", lambda it: it["requests"] / it["seconds"], isCompared=True)
COST = Column("CPU us/request", lambda it: it["cpu"] / it["requests"] * 1e6, 1, isCompared=True)
SPEED = Column("MB/s", lambda it: it["bytes"] / it["seconds"] / 1e6, isCompared=True)
BULK = Column("CPU s/GB", lambda it: it["cpu"] / it["bytes"] * 1e9, 3, isCompared=True)
HALF = Column("p50 ms", lambda it: it["p50"] / 1000, 2)
MOST = Column("p99 ms", lambda it: it["p99"] / 1000, 2)
OTHERS = Column("other load", lambda it: it["others"], 2)


def show(headings: list[str], rows: list[list[str]]) -> None:
    widths = [max(len(row[index]) for row in [headings, *rows]) for index in range(len(headings))]
    for row in [headings, *rows]:
        print("  " + "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]))
    print(flush=True)


class Bench:
    def __init__(self, arguments, folder: Path):
        self.arguments, self.folder = arguments, folder
        self.congestion = readers.private_loopback()
        self.rounds, self.seconds = arguments.rounds, arguments.seconds
        self.found: list[dict] = []
        tree = folder / "root" / "files"
        (folder / "root").mkdir()
        identity = certificate(folder)
        self.mediad = Mediad(arguments.daemon, folder / "root", self.settings(identity))
        self.before = None
        if arguments.before:
            (folder / "before").mkdir()
            self.before = Mediad(arguments.before, folder / "before", self.settings(identity), name="mediad before")
        self.nginx = Nginx(BASE, tree, folder, certificate=identity)
        self.others = [self.nginx, Nginx("nginx+ofc", tree, folder, NGINX_CACHE)]
        self.threads = Nginx("nginx+aio", tree, folder, NGINX_THREADS)
        if shutil.which("caddy"):
            self.others.append(Caddy(tree, folder))
        self.tree = tree

    @staticmethod
    def settings(identity: Path) -> dict[str, str]:
        return {
            "MEDIAD_TLS_CERTIFICATE": f"{identity}.crt",
            "MEDIAD_TLS_PRIVATE_KEY": f"{identity}.key",
            "MEDIAD_TLS_PORT": "0",
        }

    @property
    def servers(self) -> list[Server]:
        return [self.mediad, *([self.before] if self.before else []), *self.others]

    # MARK: Files

    def upload(self) -> None:
        source = self.folder / "source"

        def send(collection: str, name: str, content) -> File:
            with open(source, "wb") as output:
                for piece in content:
                    output.write(piece)
            address = f"/api/upload?collection={collection}&name={name}"
            answers = []
            for daemon in [self.mediad, *([self.before] if self.before else [])]:
                client = Client(daemon.port, source)
                answers.append(client.expect(201, "POST", address, {}, length=source.stat().st_size)[1])
                client.close()
            return File(answers[0], self.tree)

        self.small = {
            "4 KiB": send("avatars", "small", [padded(FIXTURES / "cogs.gif", 4 << 10)]),
            "30 KiB": send("posters", "medium", [padded(FIXTURES / "thumbhash-flower.jpg", 30 << 10)]),
        }
        self.large = send("videos", "large", film(size_of(self.arguments.size)))
        self.cold = []
        if "cold" in self.arguments.only:
            self.cold = [send("videos", f"cold-{number}", film(size_of(self.arguments.cold_size))) for number in range(4)]
        source.unlink()
        os.sync()

    def check(self) -> None:
        """That all answer the same bytes, before anything is measured; this also brings the files into the page cache."""
        for server in self.servers:
            for file in [*self.small.values(), self.large]:
                for address in (file.address, file.plain):
                    readers.check(server.name, server.port, address, file.path, ranges=20)
        print(f"{len(self.servers)} servers, the same bytes of all: yes\n")

    # MARK: Side by side

    def ways(self, make, server_names=None) -> list[Way]:
        """mediad by the address that its records have and by the plain one, the others."""
        found = [Way("mediad", self.mediad, lambda: make(self.mediad, True))]
        found.append(Way("mediad, without ?v=", self.mediad, lambda: make(self.mediad, False)))
        if self.before:
            found.append(Way(self.before.name, self.before, lambda: make(self.before, True)))
        found += [Way(server.name, server, lambda server=server: make(server, True)) for server in self.others]
        return found

    def side_by_side(self, title: str, ways: list[Way], columns: list[Column]) -> None:
        load = os.getloadavg()[0]
        for number in range(self.rounds):
            # In another order each time: whoever comes after somebody else's heat or cache shares it.
            for way in random.sample(ways, len(ways)):
                progress(f"{title}, round {number + 1} of {self.rounds}: {way.name}")
                way.measure()
        progress("")
        base = next(way for way in ways if way.server.name == BASE)
        print(f"{title}  (load average before: {load:.1f})")
        show(["", *(each.title for each in columns)], [[way.name, *(each.cell(way, base) for each in columns)] for way in ways])
        for way in ways:
            if failures := sum(sample["failures"] for sample in way.samples):
                print(f"  {way.name}: {failures} requests failed")
            self.found.append({"title": title, "way": way.name, "samples": way.samples})

    def measure_small(self) -> None:
        for name, file in self.small.items():
            for connections in (32, 128):

                def run(server: Server, isVersioned: bool, file=file, connections=connections) -> dict:
                    address = file.address if isVersioned else file.plain
                    return readers.wrk(server.port, address, connections, self.seconds, "plain")

                self.side_by_side(f"{name}, {connections} connections", self.ways(run), [RATE, COST, HALF, MOST, OTHERS])

    def measure_heads(self) -> None:
        for name, fields in HEADS.items():

            def run(server: Server, isVersioned: bool, fields=fields) -> dict:
                file = self.small["4 KiB"]
                address = file.address if isVersioned else file.plain
                return readers.wrk(server.port, address, 32, self.seconds, "plain", fields=fields)

            self.side_by_side(f"4 KiB with further fields: {name}", self.ways(run), [RATE, COST, HALF, MOST, OTHERS])

    def measure_ranges(self) -> None:
        length = self.large.path.stat().st_size
        for connections in (16, 64):

            def run(server: Server, isVersioned: bool, connections=connections) -> dict:
                address = self.large.address if isVersioned else self.large.plain
                seed = random.randrange(1 << 30)
                found = readers.wrk(server.port, address, connections, self.seconds, "ranges", length, MIB, seed)
                if not MIB <= found["bytes"] / max(1, found["requests"]) < 3 * MIB:
                    sys.exit(f"{server.name} answered something else than 1 MiB: {found}")
                return found

            title = f"random 1 MiB ranges of {self.arguments.size}, {connections} connections"
            self.side_by_side(title, self.ways(run), [SPEED, BULK, HALF, MOST, OTHERS])

    def measure_whole(self) -> None:
        times = 2 if self.arguments.quick else 8

        def run(server: Server, isVersioned: bool) -> dict:
            return readers.curl(server.port, self.large.address if isVersioned else self.large.plain, times)

        self.side_by_side(f"whole {self.arguments.size}, {times} times by curl", self.ways(run), [SPEED, BULK, OTHERS])

    # MARK: Memory

    def measure_memory(self) -> None:
        count = self.arguments.clients
        readers.allow_many_files()
        rows = []
        for server in self.servers:
            server.stop()
        for server in self.servers:
            progress(f"memory: {server.name}")
            rows.append([server.name, *self.memory_of(server, count)])
        for server in self.servers:
            server.start()
        progress("")
        print(f"memory, MiB resident (anonymous); each step on a fresh process; {count} clients")
        headings = ["", "at rest", "peak under load", "+idle", "KiB each", "+stalled", "KiB each", "kernel's queue", "after they left"]
        show(headings, rows)

    def memory_of(self, server: Server, count: int) -> list[str]:
        def now() -> tuple[float, float]:
            return server.memory("VmRSS"), server.memory("RssAnon")

        def text(pair) -> str:
            return f"{pair[0]:.1f} ({pair[1]:.1f})"

        def warm() -> None:
            """The first requests map code and make caches; that is nobody's."""
            for _ in range(3):
                crowd = Crowd()
                crowd.idle(server.port, self.small["4 KiB"].address, 32)
                crowd.stalled(server.port, self.large.address, 32)
                crowd.leave()
            time.sleep(1)

        def settled() -> tuple[float, float]:
            time.sleep(2)
            return now()

        server.start()
        time.sleep(1)
        cells = [text(now())]
        seconds = min(2, self.seconds)
        for address, connections, way in (
            (self.small["4 KiB"].address, 128, ["plain"]),
            (self.large.address, 64, ["ranges", self.large.path.stat().st_size, MIB, 1]),
        ):
            readers.wrk(server.port, address, connections, seconds, *way)
        cells.append(f"{server.memory('VmHWM'):.1f}")
        server.stop()
        for kind, address in (("idle", self.small["4 KiB"].address), ("stalled", self.large.address)):
            server.start()
            warm()
            before, crowd = now(), Crowd()
            getattr(crowd, kind)(server.port, address, count)
            added = [after - start for after, start in zip(settled(), before)]
            cells += [text(added), f"{added[0] * 1024 / count:.2f}"]
            if not crowd.are_all_open():
                print(f"\r  {server.name} closed some of the {kind} clients: the figure is of fewer")
            if kind == "stalled":
                cells.append(f"{readers.send_queue(server.port):.0f}")
                crowd.leave()
                cells.append(text([after - start for after, start in zip(settled(), before)]))
            crowd.leave()
            server.stop()
        return cells

    # MARK: Uncached data

    def measure_cold(self) -> None:
        seconds = self.seconds * 2
        small = self.small["4 KiB"].address
        self.threads.start()
        try:
            ways = []
            for server in [*self.servers, self.threads]:
                if server.name == "nginx+ofc":
                    continue
                ways.append(Way(f"{server.name}, others idle", server, lambda server=server: self.steady(server, small, seconds)))
                ways.append(Way(f"{server.name}, four read", server, lambda server=server: self.disturbed(server, small, seconds)))
            shares = [
                Column("MB/s read by the four", lambda it: it.get("cold", 0) / it["seconds"] / 1e6),
                Column("of that from disk", lambda it: it["disk"] / it["cold"] if it.get("cold") else 0, 2),
            ]
            self.side_by_side("4 KiB, 8 connections, each about 100 requests/s", ways, [HALF, MOST, *shares, OTHERS])
            left = ", ".join(f"{readers.cached(file.path):.0f}" for file in self.cold)
            for file in self.cold:
                readers.drop(file.path)
            print(f"  MiB of the four files in the page cache: at the end {left}; after dropping them", end=" ")
            print(", ".join(f"{readers.cached(file.path):.0f}" for file in self.cold) + "\n")
        finally:
            self.threads.stop()

    @staticmethod
    def steady(server: Server, address: str, seconds: float) -> dict:
        return readers.wrk(server.port, address, 8, seconds, "steady", 10)

    def disturbed(self, server: Server, address: str, seconds: float) -> dict:
        for file in self.cold:
            readers.drop(file.path)
        cold = [ColdReader(server.port, file.address, file.path) for file in self.cold]
        time.sleep(0.5)
        disk, received = server.bytes_read(), sum(reader.received.value for reader in cold)
        found = self.steady(server, address, seconds)
        found["cold"] = sum(reader.received.value for reader in cold) - received
        found["disk"] = server.bytes_read() - disk
        for reader in cold:
            reader.stop()
        return found

    # MARK: HTTP/2

    def measure_h2(self) -> None:
        if not self.mediad.secure_port:
            print("h2: this mediad has no TLS\n")
            return
        for name, file, connections, streams, requests in (
            ("4 KiB", self.small["4 KiB"], 32, 1, 40_000),
            ("4 KiB", self.small["4 KiB"], 8, 16, 80_000),
            (f"whole {self.arguments.size}", self.large, 4, 1, 4),
        ):
            if self.arguments.quick:
                requests = min(requests, 10_000)

            def run(server: Server) -> dict:
                return readers.h2load(server.secure_port, file.address, connections, streams, requests)

            servers = [self.mediad, *([self.before] if self.before else []), self.nginx]
            ways = [Way(server.name, server, lambda server=server: run(server)) for server in servers]
            columns = [SPEED, BULK, OTHERS] if requests == 4 else [RATE, COST, OTHERS]
            self.side_by_side(f"HTTP/2 over TLS, {name}, {connections} connections of {streams} streams", ways, columns)

    # MARK: Everything

    def run(self) -> None:
        print(self.machine())
        for server in self.servers:
            server.start()
            print(f"{server.name}: {server.note}")
        self.upload()
        self.check()
        for section in SECTIONS:
            if section in self.arguments.only:
                getattr(self, f"measure_{section}")()

    def machine(self) -> str:
        name = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
        memory = int(Path("/proc/meminfo").read_text().split()[1]) / (1 << 20)
        commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout
        return (
            f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores ({name.split(':')[1].strip()}), {memory:.0f} GiB, "
            f"Linux {os.uname().release} ({self.congestion}), mediad {commit.strip()}\n{versions()}\n"
            f"{self.rounds} rounds of {self.seconds} s: median [least-most] x ratio to nginx's median; "
            "other load: cores that neither server nor client used"
        )

    def stop(self) -> None:
        for server in self.servers:
            try:
                server.stop()
            except Exception as error:
                print(f"{server.name} did not stop: {error}", file=sys.stderr)


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<100}\r", end="", file=sys.stderr, flush=True)


def main() -> None:
    # The servers are stopped on the way out; a signal alone would leave them running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--daemon", default=ROOT / ".build/release/mediad", help="the program (default the release build)")
    options.add_argument("--before", help="another build of the program, measured beside it in the same run, e.g. of the commit before")
    options.add_argument("--only", type=lambda text: text.split(","), default=SECTIONS, help=",".join(SECTIONS))
    options.add_argument("--quick", action="store_true", help="one short round and smaller files: to see that it works")
    options.add_argument("--rounds", type=int)
    options.add_argument("--seconds", type=int, help="of one run of wrk (default 4)")
    options.add_argument("--size", help="of the large file (default 1GiB)")
    options.add_argument("--cold-size", help="of each of four that are read uncached (default 2GiB)")
    options.add_argument("--clients", type=int, default=1000, help="idle and stalled ones (default 1000)")
    options.add_argument("--root", default=ROOT / ".build", help="folder on the disk to measure (default .build)")
    options.add_argument("--json", type=Path, help="where to write every sample")
    arguments = options.parse_args()
    if unknown := set(arguments.only) - set(SECTIONS):
        options.error(f"no such section: {', '.join(unknown)}")
    small = arguments.quick
    arguments.rounds = arguments.rounds or (1 if small else 3)
    arguments.seconds = arguments.seconds or (1 if small else 4)
    arguments.size = arguments.size or ("256MiB" if small else "1GiB")
    arguments.cold_size = arguments.cold_size or ("512MiB" if small else "2GiB")
    folder = Path(tempfile.mkdtemp(prefix="mediad-serving-", dir=arguments.root))
    folder.chmod(0o755)
    bench = None
    try:
        bench = Bench(arguments, folder)
        bench.run()
        if arguments.json:
            arguments.json.write_text(json.dumps(bench.found, indent=1))
    finally:
        if bench:
            bench.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
