#!/usr/bin/env python3
"""What requests cost that the router responds to: processor time of one, beside another build of the daemon in the same run.

Starts both on fresh storage roots with embedded databases, uploads 60 pictures to each, and asks by wrk over kept connections, in turns
and in a random order, in several rounds, of which the medians count:

    404       a file that is not there
    file      a file of 4 KiB that the fast path leaves to the router: the request has X-Request-ID
    record    a record by its id
    page      the list of the 50 newest records

    make build && Benchmarks/router.py --before /path/to/another/build/mediad

The figures are user and system time of the daemon without PostgreSQL, and in brackets with it.
"""
import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import readers
from clients import Client
from servers import Mediad, record, seconds_of
from support import ROOT

WAYS = ["404", "file", "record", "page"]
COUNT = 60


class Site:
    """A build of the daemon, and what is asked of it."""

    def __init__(self, name: str, binary, folder: Path):
        root = folder / name
        root.mkdir()
        self.name = name
        self.server = Mediad(binary, root, {}, name=name)
        self.server.start()
        source = folder / "source"
        picture = (ROOT / "Tests/Fixtures/cogs.gif").read_bytes()
        source.touch()
        client = Client(self.server.port, source)
        for number in range(COUNT):
            source.write_bytes(picture + os.urandom(4096 - len(picture)))
            client.source.close()
            client.source = open(source, "rb")
            answer = client.expect(201, "POST", f"/api/upload?collection=avatars&name=a{number}", {}, length=4096)[1]
        client.close()
        found = record(answer)
        self.address = {
            "404": "/files/avatars/none.gif",
            "file": found["url"],
            "record": f"/api/media/{found['id']}",
            "page": "/api/media?limit=50",
        }
        self.samples: dict[str, list[tuple[float, float, float]]] = {way: [] for way in WAYS}

    def measure(self, way: str, connections: int, seconds: int) -> None:
        fields = {"X-Request-ID": "a"} if way == "file" else {}
        own, all_of_it = self.server.process.seconds(), seconds_of(self.server.process)
        found = readers.wrk(self.server.port, self.address[way], connections, seconds, "plain", fields=fields)
        if found["failures"] and way != "404":
            sys.exit(f"{self.name}, {way}: {found}")
        count = found["requests"]
        self.samples[way].append(
            (
                (self.server.process.seconds() - own) / count * 1e6,
                (seconds_of(self.server.process) - all_of_it) / count * 1e6,
                count / found["seconds"],
            )
        )

    def medians(self, way: str) -> list[float]:
        return [statistics.median(values) for values in zip(*self.samples[way])]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--daemon", default=ROOT / ".build/release/mediad", help="the program (default the release build)")
    options.add_argument("--before", help="another build of the program, measured beside it")
    options.add_argument("--only", type=lambda text: text.split(","), default=WAYS, help=",".join(WAYS))
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=int, default=2, help="of one run of wrk")
    options.add_argument("--connections", type=int, default=32)
    arguments = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mediad-router-"))
    folder.chmod(0o755)
    sites: list[Site] = []
    try:
        sites.append(Site("mediad", arguments.daemon, folder))
        if arguments.before:
            sites.append(Site("before", arguments.before, folder))
        print(f"{arguments.rounds} rounds of {arguments.seconds} s, {arguments.connections} connections, load average {os.getloadavg()[0]:.1f}")
        print(f"{'':<8}{'':<8}{'CPU us/request':>24}{'with PostgreSQL':>17}{'requests/s':>12}")
        for way in arguments.only:
            for _ in range(arguments.rounds):
                for site in random.sample(sites, len(sites)):
                    site.measure(way, arguments.connections, arguments.seconds)
            for site in sites:
                own, total, rate = site.medians(way)
                values = [sample[0] for sample in site.samples[way]]
                spread = f"{own:.1f} [{min(values):.1f}-{max(values):.1f}]"
                print(f"{way:<8}{site.name:<8}{spread:>24}{total:>17.1f}{rate:>12.0f}")
            if len(sites) > 1:
                ratios = [new / old for new, old in zip(sites[0].medians(way), sites[1].medians(way))]
                print(f"{'':<8}{'ratio':<8}{ratios[0]:>24.2f}{ratios[1]:>17.2f}{ratios[2]:>12.2f}", flush=True)
    finally:
        for site in sites:
            site.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
