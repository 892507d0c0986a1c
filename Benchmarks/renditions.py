#!/usr/bin/env python3
"""How fast pictures are made, side by side with libvips in one process, vipsthumbnail and thumbor, on the same files in the same run.

Sources are a photograph of 12 megapixels (4032 x 3024): the HEIC of the fixtures, and a JPEG and a PNG made from it by libvips. Each is sent to
the daemon in --copies copies, which differ in a few bytes behind the picture's end, so that every render is a cold one.

    cold      renders per second, and processor seconds for one, with one worker and with two; of each the best of four rounds
    cached    the same rendition again and again by wrk, next to the original file, which takes the same way
    memory    the most that a worker had resident, for each kind of source

libvips is called in a process that is warm (start-up is not counted), with one thread, with and without the run-time compiler liborc (the workers'
`runtimeCompiler`). vipsthumbnail starts for each picture. thumbor (`pip install thumbor`, found by --thumbor or in PATH) reads the same files from disk and is asked over HTTP.

    make build && Benchmarks/renditions.py
    Benchmarks/renditions.py --only cold --copies 20
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import http.client
from pathlib import Path

from support import ROOT, Daemon, Process, parents

HERE = Path(__file__).resolve().parent
SECTIONS = ["cold", "cached", "memory"]
ROUNDS = 4
# Name, source, width, height (0: free), format.
CASES = [
    ("JPEG to 500 px WebP", "jpg", 500, 0, "webp"),
    ("JPEG to 500 px JPEG", "jpg", 500, 0, "jpeg"),
    ("JPEG to 256 x 256 WebP", "jpg", 256, 256, "webp"),
    ("JPEG to 500 px AVIF", "jpg", 500, 0, "avif"),
    ("HEIC to 500 px WebP", "heic", 500, 0, "webp"),
    ("PNG to 500 px WebP", "png", 500, 0, "webp"),
]
CONFIGURATION = """
log: {format: json}
images: {formatsAhead: []}
workers: {count: %d}
collections:
  names: [bench]
  bench:
    types: [image/*]
    maximumSize: 100MiB
    presets: [w500, s256]
"""


def sources(folder: Path) -> dict[str, Path]:
    """One photograph in three encodings."""
    heic = ROOT / "Tests/Fixtures/iphone13-gps.heic"
    made = {"heic": heic, "jpg": folder / "photo.jpg", "png": folder / "photo.png"}
    subprocess.run(["vips", "jpegsave", str(heic), str(made["jpg"]), "--Q", "90"], check=True)
    subprocess.run(["vips", "pngsave", str(heic), str(made["png"]), "--compression", "6"], check=True)
    return made


def copies(path: Path, count: int) -> list[bytes]:
    """The same picture with other bytes: a HEIC gets an empty box, others something behind their end."""
    content = path.read_bytes()
    ends = []
    for index in range(count):
        word = os.urandom(8) + index.to_bytes(4, "big")
        ends.append((20).to_bytes(4, "big") + b"free" + word if path.suffix == ".heic" else word)
    return [content + end for end in ends]


class Bench:
    """A daemon with `workers` workers, and what its workers used."""

    def __init__(self, binary, workers: int):
        self.root = tempfile.mkdtemp(prefix="mediad-renditions-")
        os.chmod(self.root, 0o755)
        configuration = Path(self.root + ".yaml")
        configuration.write_text(CONFIGURATION % workers)
        self.daemon = Daemon(binary, self.root, log=self.root + ".log", options=["--config", str(configuration)])
        self.concurrency = workers

    def workers(self) -> list[int]:
        found = []
        for pid, parent in parents():
            if parent == self.daemon.pid and b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
        return found

    def seconds(self) -> float:
        """Of the daemon and its workers; PostgreSQL has nothing to do with a render."""
        return self.daemon.seconds() + sum(Process(pid).seconds() for pid in self.workers())

    def upload(self, content: bytes) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port)
        connection.request("POST", "/api/upload?collection=bench", body=content)
        response = connection.getresponse()
        record = json.loads(response.read())
        if response.status != 201:
            sys.exit(f"the upload was refused: {record}")
        return record["files"][0]["url"]

    def render(self, addresses: list[str], query: str, accept: str) -> tuple[float, float, int]:
        """Wall seconds, processor seconds, bytes of one rendition."""
        waiting, lengths = list(addresses), []

        def client() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port)
            while waiting:
                address = waiting.pop()
                connection.request("GET", f"{address}&{query}", headers={"Accept": accept})
                response = connection.getresponse()
                body = response.read()
                if response.status != 200 or response.headers["Content-Type"] != accept:
                    sys.exit(f"{address}: {response.status} {response.headers['Content-Type']} {body[:300]}")
                lengths.append(len(body))

        before, began = self.seconds(), time.monotonic()
        threads = [threading.Thread(target=client) for _ in range(self.concurrency)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if len(lengths) != len(addresses):
            sys.exit("a client ended early")
        return time.monotonic() - began, self.seconds() - before, lengths[0]

    def stop(self) -> None:
        self.daemon.stop()
        shutil.rmtree(self.root, ignore_errors=True)


def query(width: int, height: int) -> str:
    return f"preset={'s' if height else 'w'}{width}"


def in_process(path: Path, case, vectors: bool) -> float:
    _, _, width, height, form = case
    command = [sys.executable, str(HERE / "vipscalls.py"), str(width), str(height), form, "6", str(int(vectors)), str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[0])


def seconds_of_children(run) -> tuple[float, float]:
    before, began = os.times(), time.monotonic()
    run()
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, time.monotonic() - began


def command_line(path: Path, case, folder: Path) -> float:
    _, _, width, height, form = case
    output = folder / f"thumbnail.{form.replace('jpeg', 'jpg')}"
    options = {"webp": "[Q=80,effort=4,strip]", "jpeg": "[Q=80,optimize_coding,interlace,strip]"}
    options["avif"] = "[Q=60,effort=3,bitdepth=8,strip]"
    command = ["vipsthumbnail", str(path), "--vips-concurrency=1", "--export-profile", "srgb"]
    command += ["--size", f"{width}x{height}" if height else f"{width}x"]
    command += ["--smartcrop", "attention"] if height else []
    command += ["-o", f"{output}{options[form]}"]

    def run():
        for _ in range(6):
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)

    return seconds_of_children(run)[0] / 6


class Thumbor:
    """thumbor with one process, reading from a folder, keeping nothing."""

    def __init__(self, program: str, folder: Path):
        configuration = folder / "thumbor.conf"
        configuration.write_text(
            f"LOADER = 'thumbor.loaders.file_loader'\nFILE_LOADER_ROOT_PATH = {str(folder)!r}\nQUALITY = 80\nWEBP_QUALITY = 80\n"
            "AVIF_QUALITY = 60\nSTORAGE = 'thumbor.storages.no_storage'\nRESULT_STORAGE = None\nMAX_AGE = 0\nSECURITY_KEY = 'bench'\n"
            "ALLOW_UNSAFE_URL = True\nPROGRESSIVE_JPEG = True\n"
        )
        self.port = 18888
        command = [program, "-p", str(self.port), "-i", "127.0.0.1", "-c", str(configuration), "-l", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.get("/healthcheck")
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("thumbor did not start")

    def get(self, path: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()

    def cold(self, name: str, case, count: int) -> tuple[float, float] | None:
        """Processor and wall seconds for one render; None where thumbor cannot make it."""
        _, _, width, height, form = case
        smart = "/smart" if height else ""
        path = f"/unsafe/{width}x{height}{smart}/filters:format({form}):quality(80)/{name}"
        status, kind, _ = self.get(path)
        if status != 200 or kind != f"image/{form}":
            return None
        process = Process(self.process.pid)
        before, began = process.seconds(), time.monotonic()
        for _ in range(count):
            self.get(path)
        return (process.seconds() - before) / count, (time.monotonic() - began) / count

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def cold(arguments, folder: Path, found: dict[str, Path]) -> None:
    rows = []
    thumbor = Thumbor(arguments.thumbor, folder) if arguments.thumbor else None
    benches = [Bench(arguments.binary, 1), Bench(arguments.binary, 2)]
    addresses = [
        {kind: [bench.upload(copy) for copy in copies(path, arguments.copies)] for kind, path in found.items()}
        for bench in benches
    ]
    for case in CASES:
        name, kind, width, height, form = case
        # Everybody in turn, and of each the best round: what else the machine does comes on top, never off.
        measured, peers = [(10.0**9, 10.0**9)] * len(benches), [10.0**9] * 4
        for number in range(ROUNDS):
            for index, (bench, there) in enumerate(zip(benches, addresses)):
                mine = there[kind][number::ROUNDS]
                wall, used, length = bench.render(mine, query(width, height), f"image/{form}")
                measured[index] = tuple(map(min, measured[index], (wall / len(mine), used / len(mine))))
            found_now = [in_process(found[kind], case, vectors) for vectors in (True, False)]
            found_now.append(command_line(found[kind], case, folder))
            other = thumbor.cold(found[kind].name, case, 6) if thumbor else None
            found_now.append(other[0] if other else 10.0**9)
            peers = [min(pair) for pair in zip(peers, found_now)]
        (wall, used), (wall2, _) = measured
        row = [name, f"{1 / wall:.1f}", f"{1 / wall2:.1f} (x{wall / wall2:.2f})", f"{used * 1000:.0f}"]
        row += [f"{peer * 1000:.0f} (x{used / peer:.2f})" if peer < 10**9 else "-" for peer in peers]
        rows.append([*row, f"{length / 1000:.0f}"])
    for bench in benches:
        bench.stop()
    if thumbor:
        thumbor.stop()
    print("\ncold renders; CPU in ms for one, in brackets mediad's share of it\n")
    headings = ["", "1 worker /s", "2 workers /s", "mediad CPU", "libvips", "libvips, no orc", "vipsthumbnail", "thumbor", "kB"]
    show(headings, rows)


def cached(arguments, found: dict[str, Path]) -> None:
    bench = Bench(arguments.binary, 2)
    address = bench.upload(found["jpg"].read_bytes())
    small = bench.upload(subprocess.run(["vips", "thumbnail", str(found["jpg"]), ".webp[Q=80,strip]", "500"], capture_output=True).stdout)
    rows = []
    ways = [
        ("rendition", f"{address}&preset=w500", ["-H", "Accept: image/webp,*/*"]),
        ("a file of the same bytes", small, []),
    ]
    samples: dict[str, list[float]] = {name: [] for name, _, _ in ways}
    used: dict[str, list[float]] = {name: [] for name, _, _ in ways}
    for _ in range(3):
        for name, target, fields in ways:
            command = ["wrk", "-t", "1", "-c", "32", "-d", "4", *fields, f"http://127.0.0.1:{bench.daemon.port}{target}"]
            before = bench.daemon.seconds()
            text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            if "Non-2xx" in text:
                sys.exit(text)
            rate = float(text.split("Requests/sec:")[1].split()[0])
            samples[name].append(rate)
            used[name].append((bench.daemon.seconds() - before) / (rate * 4) * 1e6)
    for name, _, _ in ways:
        rows.append([name, f"{statistics.median(samples[name]):.0f}", f"{statistics.median(used[name]):.1f}"])
    bench.stop()
    print("\ncached hits over 32 connections\n")
    show(["", "requests/s", "CPU us/request"], rows)


def memory(arguments, found: dict[str, Path]) -> None:
    rows = []
    for kind, path in found.items():
        bench = Bench(arguments.binary, 1)
        there = [bench.upload(copy) for copy in copies(path, 4)]
        uploaded = max(Process(pid).memory() for pid in bench.workers())
        for pid in bench.workers():
            Process(pid).forget_peak()
        bench.render(there, query(500, 0), "image/webp")
        made = max(Process(pid).memory() for pid in bench.workers())
        for pid in bench.workers():
            Process(pid).forget_peak()
        bench.render(there, query(500, 0), "image/avif")
        avif = max(Process(pid).memory() for pid in bench.workers())
        rows.append([kind, f"{uploaded:.0f}", f"{made:.0f}", f"{avif:.0f}"])
        bench.stop()
    print("\nmost resident memory of a worker in MiB, 12 megapixels\n")
    show(["", "inspected", "to WebP", "to AVIF"], rows)


def show(headings: list[str], rows: list[list[str]]) -> None:
    widths = [max(len(row[index]) for row in [headings, *rows]) for index in range(len(headings))]
    for row in [headings, *rows]:
        first, *others = (cell.rjust(width) if index else cell.ljust(width) for index, (cell, width) in enumerate(zip(row, widths)))
        print("   ".join([first, *others]), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default=",".join(SECTIONS), help="sections, with commas")
    options.add_argument("--copies", type=int, default=24, help="cold renders of each kind (default 24)")
    options.add_argument("--binary", default=ROOT / ".build/release/mediad")
    options.add_argument("--thumbor", default=shutil.which("thumbor"), help="thumbor's program (default: the one in PATH)")
    arguments = options.parse_args()
    for tool in ["vips", "vipsthumbnail", "wrk"]:
        if not shutil.which(tool):
            sys.exit(f"{tool} is not installed: apt-get install libvips-tools wrk")
    folder = Path(tempfile.mkdtemp(prefix="mediad-sources-"))
    try:
        found = sources(folder)
        shutil.copy(found["heic"], folder / found["heic"].name)
        chosen = arguments.only.split(",")
        if "cold" in chosen:
            cold(arguments, folder, found)
        if "cached" in chosen:
            cached(arguments, found)
        if "memory" in chosen:
            memory(arguments, found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
