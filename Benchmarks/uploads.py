#!/usr/bin/env python3
"""How fast the daemon takes uploads, next to what the disk and the hash allow in the same run.

Starts the release build on a fresh storage root with the embedded database, on the disk of this repository, and measures in turn, several
rounds, of which the medians count:

    limits    dd conv=fsync of the same bytes to the same disk; sha256sum of the same bytes; both read the page cache
    client    the same client against a sink that throws bytes away: what the client itself can send
    mediad    tus in one PATCH, in 8 MiB and in 64 KiB PATCHes over one connection; the IETF protocol; a plain POST
    another   tuspyserver on uvicorn, from PyPI in .build/bench-venv, when it can be installed

"bytes" is the time until all bytes are durable and acknowledged: a partial upload (tus), Upload-Complete: ?0 (IETF), which nothing is made of.
"file" is the time until it is a file of the tree: inspected, committed and recorded too.

    make build && Benchmarks/uploads.py
    Benchmarks/uploads.py --concurrent 64       peak memory of the daemon with so many uploads at once; the bound is 80 MiB
"""
import argparse
import atexit
import base64
import hashlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from support import ROOT, Daemon, Process, film, size_of

MIB = 1 << 20
CHUNKS = (8 * MIB, 64 << 10)
BOUND = 80
TUS = {"Tus-Resumable": "1.0.0"}
APPLICATION = """
from fastapi import FastAPI
from tuspyserver import create_tus_router
app = FastAPI()
app.include_router(create_tus_router(prefix="files", files_dir={folder!r}))
"""


class Client:
    """One kept connection; bodies go from the page cache to the socket by sendfile(2)."""

    def __init__(self, port: int, source: Path):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")
        self.source = open(source, "rb")
        self.size = os.fstat(self.source.fileno()).st_size

    def request(self, method: str, path: str, fields: dict, start: int = 0, length: int = 0, pace=None):
        """Sends `length` bytes of the file from `start` as the body. Answers status, fields and content; 1xx are passed over."""
        head = {"Host": "localhost", "Content-Length": str(length), **fields}
        text = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()) + "\r\n"
        self.socket.sendall(text.encode(), socket.MSG_MORE if length else 0)
        end = start + length
        while start < end:
            if pace:
                time.sleep(pace[1])
            start += os.sendfile(self.socket.fileno(), self.source.fileno(), start, min(end - start, pace[0] if pace else 64 * MIB))
        return self.answer()

    def answer(self):
        status = 100
        while status // 100 == 1:
            line = self.answers.readline()
            if not line:
                sys.exit("the server closed the connection")
            status, fields = int(line.split()[1]), {}
            while (line := self.answers.readline().strip()):
                name, _, value = line.decode().partition(":")
                fields[name.lower()] = value.strip()
        return status, fields, self.answers.read(int(fields.get("content-length", 0)))

    def expect(self, wanted: int, *request, **options):
        status, fields, content = self.request(*request, **options)
        if status != wanted:
            sys.exit(f"{request[0]} {request[1]}: {status} instead of {wanted}: {content.decode(errors='replace')}")
        return fields, content

    def close(self) -> None:
        self.answers.close()
        self.socket.close()
        self.source.close()


def path_of(url: str) -> str:
    return "/" + url.split("://", 1)[1].split("/", 1)[1] if "://" in url else url


# The ways of uploading. Each sends the first `total` bytes of the client's file, answers what is to be removed, and returns when
# the server says that it is done.


def tus(client: Client, total: int, chunk: int, name: str, address="/api/uploads", partial=False, pace=None) -> str:
    pairs = {"collection": "videos", "name": name, "filename": "film.mp4"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    creation = {**TUS, "Upload-Length": str(total), "Upload-Metadata": metadata}
    if partial:
        creation["Upload-Concat"] = "partial"
    fields, _ = client.expect(201, "POST", address, creation)
    path = path_of(fields["location"])
    for start in range(0, total, chunk):
        patch = {**TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        client.expect(204, "PATCH", path, patch, start=start, length=min(chunk, total - start), pace=pace)
    return path


def ietf(client: Client, total: int, name: str, complete: bool) -> str:
    """In one request; interop version 8, with its interim responses."""
    fields = {
        "Upload-Draft-Interop-Version": "8",
        "Upload-Complete": "?1" if complete else "?0",
        "Content-Type": "video/mp4",
    }
    answer, content = client.expect(201, "POST", f"/api/uploads?collection=videos&name={name}", fields, length=total)
    return record_of(content) if complete else path_of(answer["location"])


def plain(client: Client, total: int, name: str) -> str:
    _, content = client.expect(201, "POST", f"/api/upload?collection=videos&name={name}", {}, length=total)
    return record_of(content)


def record_of(content: bytes) -> str:
    return f"/api/media/{json.loads(content)['files'][0]['id']}"


def finished(client: Client, path: str, digest: str) -> str:
    """Waits until a tus upload is a file, proves that it is the one that was sent, and answers its record's address."""
    while True:
        _, content = client.expect(200, "GET", path, {})
        status = json.loads(content)
        if status["state"] == "complete":
            if status["file"]["sha256"] != digest:
                sys.exit("the file is not the one that was sent")
            return f"/api/media/{status['file']['id']}"
        if status["state"] != "processing":
            sys.exit(f"the upload did not become a file: {status}")
        time.sleep(0.02)


# What is measured against.


def sink() -> int:
    """A server that reads requests and throws bodies away, as cheaply as it can. Answers its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        scratch = bytearray(MIB)
        while head := connection.recv(4096, socket.MSG_PEEK):
            end = head.find(b"\r\n\r\n")
            if end < 0:
                continue
            connection.recv(end + 4)
            rest = int(head[:end].lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            while rest:
                # The kernel does not even copy them (tcp(7)).
                rest -= connection.recv_into(scratch, min(rest, MIB), socket.MSG_TRUNC)
            created = head.startswith(b"POST")
            connection.sendall(b"HTTP/1.1 %b\r\nLocation: /x\r\n\r\n" % (b"201 Created" if created else b"204 No Content"))

    if (child := os.fork()) == 0:
        while True:
            serve(listener.accept()[0])
    atexit.register(lambda: (os.kill(child, 15), os.waitpid(child, 0)) if os.getpid() == main_process else None)
    port = listener.getsockname()[1]
    listener.close()
    return port


def another_server(folder: str):
    """tuspyserver, or nil with a printed line. It writes what comes and says done: no hash, no fsync, no database."""
    venv = ROOT / ".build/bench-venv"
    try:
        if not (venv / "bin/uvicorn").exists():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True)
            install = [venv / "bin/pip", "install", "-q", "tuspyserver", "uvicorn[standard]"]
            subprocess.run(install, check=True, capture_output=True)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"no other tus server: tuspyserver cannot be installed ({error})")
        return None, 0
    (Path(folder) / "application.py").write_text(APPLICATION.format(folder=folder + "/files"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [venv / "bin/uvicorn", "application:app", "--port", str(port), "--no-access-log", "--log-level", "error"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(lambda: server.kill() if os.getpid() == main_process else None)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return Process(server.pid), port
        except OSError:
            time.sleep(0.1)
    print("no other tus server: tuspyserver does not answer")
    return None, 0


class Measurement:
    """One way of moving `total` bytes, measured several times."""

    def __init__(self, name: str, total: int, run, process: Process | None = None, after=None):
        self.name, self.total, self.run, self.process = name, total, run, process
        # Puts away what `run` made; its time does not count.
        self.after = after
        self.seconds, self.own, self.others, self.peaks = [], [], [], []

    def measure(self) -> None:
        # What earlier ones left to be written would be this one's burden.
        os.sync()
        if self.process:
            self.process.forget_peak()
            own, others = self.process.seconds(), self.process.seconds_of_others()
        began = time.monotonic()
        result = self.run()
        self.seconds.append(time.monotonic() - began)
        if self.process:
            self.own.append(self.process.seconds() - own)
            self.others.append(self.process.seconds_of_others() - others)
            self.peaks.append(self.process.memory())
        if self.after:
            self.after(result)

    @property
    def rate(self) -> float:
        """Bytes per second."""
        return self.total / statistics.median(self.seconds)

    def line(self, limit: float) -> str:
        text = f"{self.name:<34}{self.rate / 1e6:>7.0f} MB/s {self.rate / limit:>6.0%}"
        if self.process:
            scale = (1 << 30) / self.total
            own, others = (statistics.median(values) * scale for values in (self.own, self.others))
            text += f"{own:>8.2f}{others:>8.2f}{max(self.peaks):>9.1f}"
        spread = sorted(self.total / seconds / 1e6 for seconds in self.seconds)
        return f"{text:<82}{spread[0]:>6.0f} to {spread[-1]:.0f}"


def measurements(daemon: Daemon, folder: str, source: Path, size: int, small: int) -> list[Measurement]:
    digests = {total: digest_of(source, total) for total in {size, small}}
    copy = Path(folder) / "copy"
    tool = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    names = (f"upload-{number}" for number in iter(int, 1))
    client = Client(daemon.port, source)
    discards = Client(sink(), source)
    counter = iter(range(1 << 30))

    def unique() -> str:
        return f"film-{next(counter)}"

    def remove(path: str) -> None:
        client.expect(204, "DELETE", path, TUS)

    def remove_file(path: str) -> None:
        remove(finished(client, path, digest_of_source))

    digest_of_source = digests[size]

    def dd(block: str, flag: str):
        return lambda: subprocess.run(["dd", f"if={source}", f"of={copy}", f"bs={block}", flag], **tool)

    found = [
        Measurement("dd bs=1M conv=fsync", size, dd("1M", "conv=fsync"), after=lambda _: copy.unlink()),
        Measurement("sha256sum", size, lambda: subprocess.run(["sha256sum", source], **tool)),
    ]
    return found
