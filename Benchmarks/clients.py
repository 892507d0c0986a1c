"""The cheapest clients of the upload protocols that Python allows, and the servers that the daemon is measured against."""
import atexit
import base64
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from support import ROOT, Process

MIB = 1 << 20
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

    def close(self) -> None:
        self.answers.close()
        self.socket.close()
        self.source.close()

    def request(self, method: str, path: str, fields: dict, start: int = 0, length: int = 0, pace=None):
        """Sends `length` bytes of the file from `start` on as the body; with a pace, so many bytes every so many seconds.

        Answers status, fields and content; interim responses are passed over.
        """
        fields = {"Host": "localhost", "Content-Length": str(length), **fields}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode(), socket.MSG_MORE if length else 0)
        piece, pause = pace or (64 * MIB, 0)
        end = start + length
        while start < end:
            start += os.sendfile(self.socket.fileno(), self.source.fileno(), start, min(end - start, piece))
            if pause:
                time.sleep(pause)
        return self.answer()

    def answer(self):
        status = 100
        while status // 100 == 1:
            line = self.answers.readline()
            if not line:
                raise RuntimeError("the server closed the connection")
            status, fields = int(line.split()[1]), {}
            while line := self.answers.readline().strip():
                name, _, value = line.decode().partition(":")
                fields[name.lower()] = value.strip()
        return status, fields, self.answers.read(int(fields.get("content-length", 0)))

    def expect(self, wanted: int, method: str, path: str, fields: dict, **body):
        status, fields, content = self.request(method, path, fields, **body)
        if status != wanted:
            raise RuntimeError(f"{method} {path}: {status} instead of {wanted}: {content.decode(errors='replace')}")
        return fields, content

    # The ways of uploading the first `total` bytes of the file. Each answers the path of what it made.

    def tus(self, total: int, chunk: int, name: str, address="/api/uploads", partial=False, pace=None) -> str:
        pairs = {"collection": "videos", "name": name, "filename": "film.mp4"}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
        creation = {**TUS, "Upload-Length": str(total), "Upload-Metadata": metadata}
        if partial:
            creation["Upload-Concat"] = "partial"
        fields, _ = self.expect(201, "POST", address, creation)
        path = "/" + fields["location"].split("://")[-1].split("/", 1)[1]
        for start in range(0, total, chunk):
            patch = {**TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
            self.expect(204, "PATCH", path, patch, start=start, length=min(chunk, total - start), pace=pace)
        return path

    def ietf(self, total: int, name: str, complete: bool) -> str:
        """In one request; interop version 8, with its interim responses."""
        fields = {
            "Upload-Draft-Interop-Version": "8",
            "Upload-Complete": "?1" if complete else "?0",
            "Content-Type": "video/mp4",
        }
        path = f"/api/uploads?collection=videos&name={name}"
        answer, content = self.expect(201, "POST", path, fields, length=total)
        return record_path(content) if complete else "/" + answer["location"].split("://")[-1].split("/", 1)[1]

    def plain(self, total: int, name: str) -> str:
        _, content = self.expect(201, "POST", f"/api/upload?collection=videos&name={name}", {}, length=total)
        return record_path(content)

    def file_of(self, path: str, digest: str) -> str:
        """Waits until an upload is a file, proves that it is the one that was sent, and answers its record's path."""
        while True:
            _, content = self.expect(200, "GET", path, {})
            status = json.loads(content)
            if status["state"] == "complete":
                if status["file"]["sha256"] != digest:
                    raise RuntimeError("the file is not the one that was sent")
                return f"/api/media/{status['file']['id']}"
            if status["state"] != "processing":
                raise RuntimeError(f"the upload did not become a file: {status}")
            time.sleep(0.02)


def record_path(content: bytes) -> str:
    return f"/api/media/{json.loads(content)['files'][0]['id']}"


def sink() -> int:
    """A server that reads requests and throws bodies away, as cheaply as it can. Answers its port."""

    def serve(connection: socket.socket) -> None:
        scratch = bytearray(MIB)
        while head := connection.recv(4096, socket.MSG_PEEK):
            end = head.find(b"\r\n\r\n")
            if end < 0:
                continue
            connection.recv(end + 4)
            rest = int(head[:end].lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            while rest:
                # With this flag the kernel does not even copy them (tcp(7)).
                rest -= connection.recv_into(scratch, min(rest, MIB), socket.MSG_TRUNC)
            status = b"201 Created" if head.startswith(b"POST") else b"204 No Content"
            connection.sendall(b"HTTP/1.1 %b\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n" % status)

    def accept() -> None:
        while True:
            threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()

    listener = socket.create_server(("127.0.0.1", 0))
    multiprocessing.get_context("fork").Process(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def another_server(folder: Path):
    """tuspyserver's process and port; None, with a printed line, without it. It stores and says done: no hash, no fsync."""
    venv = ROOT / ".build/bench-venv"
    try:
        if not (venv / "bin/uvicorn").exists():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True)
            install = [venv / "bin/pip", "install", "-q", "tuspyserver", "uvicorn[standard]"]
            subprocess.run(install, check=True, capture_output=True)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"no other tus server: tuspyserver cannot be installed ({error})")
        return None
    (folder / "application.py").write_text(APPLICATION.format(folder=str(folder / "other")))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [venv / "bin/uvicorn", "application:app", "--port", str(port), "--no-access-log", "--log-level", "error"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(server.kill)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return Process(server.pid), port
        except OSError:
            time.sleep(0.1)
    print("no other tus server: tuspyserver does not answer")
    return None
