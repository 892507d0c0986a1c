"""Those who read in the measurements of serving: wrk, curl, crowds of idle and stalled clients, readers of uncached data."""
import ctypes
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MIB = 1 << 20


def wrk(port: int, address: str, connections: int, seconds: int, *way, fields: dict[str, str] | None = None) -> dict:
    """One run of one thread, with further header fields if there are any; what `serving.lua` prints."""
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
    command += ["--timeout", "10s", "--latency", "--script", str(HERE / "serving.lua")]
    for name, value in (fields or {}).items():
        command += ["--header", f"{name}: {value}"]
    command += [f"http://127.0.0.1:{port}{address}", "--", *map(str, way)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(output.strip().splitlines()[-1])


def curl(port: int, address: str, times: int) -> dict:
    """One after the other over one connection, to /dev/null."""
    command = ["curl", "--silent", "--fail", "--write-out", "%{size_download}\n"]
    command += ["--output", "/dev/null", f"http://127.0.0.1:{port}{address}"] * times
    began = time.monotonic()
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {"bytes": sum(map(int, output.split())), "seconds": time.monotonic() - began, "requests": times, "failures": 0}


def h2load(port: int, address: str, connections: int, streams: int, requests: int) -> dict:
    """HTTP/2 over TLS."""
    command = ["h2load", "--clients", str(connections), "--max-concurrent-streams", str(streams)]
    command += ["--requests", str(requests), f"https://127.0.0.1:{port}{address}"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Application protocol: h2" not in output:
        sys.exit(f"no HTTP/2:\n{output}")
    finished = re.search(r"finished in ([\d.]+)(m?s),.*?([\d.]+)([KMG]?B)/s", output)
    seconds = float(finished[1]) / (1000 if finished[2] == "ms" else 1)
    succeeded = int(re.search(r"(\d+) succeeded", output)[1])
    transferred = int(re.search(r"traffic: .*?\((\d+)\) total", output)[1])
    return {"requests": succeeded, "bytes": transferred, "seconds": seconds, "failures": requests - succeeded}


class Connection:
    """A plain HTTP/1.1 client that counts bytes and, when asked, compares them with a file."""

    def __init__(self, port: int, receive_buffer: int | None = None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", port))

    def close(self) -> None:
        self.socket.close()

    def ask(self, address: str, range: tuple[int, int] | None = None, fields: str = "") -> None:
        if range:
            last = "" if range[1] is None else range[1]
            fields += f"Range: bytes={range[0]}-{last}\r\n"
        self.socket.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode())

    def head(self) -> tuple[int, int, bytes]:
        """Status, length, and what of the body came with the head."""
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = self.socket.recv(4096)
            if not chunk:
                raise ConnectionError(f"closed after {received!r}")
            received += chunk
        head, _, rest = received.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        return int(head.split(b" ", 2)[1]), int(length[1]), rest

    def body(self, rest: bytes, length: int, buffer: bytearray):
        """The body piece by piece."""
        yield rest
        left = length - len(rest)
        view = memoryview(buffer)
        while left > 0:
            count = self.socket.recv_into(view[: min(left, len(buffer))])
            if count == 0:
                raise ConnectionError(f"closed {left} bytes early")
            left -= count
            yield view[:count]


def check(name: str, port: int, address: str, file: Path, ranges: int) -> None:
    """Ends everything unless the answers are the file's bytes: the whole, and random parts."""
    length = file.stat().st_size
    connection, buffer = Connection(port), bytearray(MIB)
    with open(file, "rb") as source:
        for number in range(ranges + 1):
            part = None
            if number:
                first = random.randrange(length)
                part = (first, min(length, first + random.randrange(1, 3 * MIB)) - 1)
            first, last = part or (0, length - 1)
            connection.ask(address, part)
            status, count, rest = connection.head()
            if status != (206 if part else 200) or count != last + 1 - first:
                sys.exit(f"{name}: {address} {part}: status {status}, length {count}")
            source.seek(first)
            for piece in connection.body(rest, count, buffer):
                if source.read(len(piece)) != piece:
                    sys.exit(f"{name}: {address} {part}: other bytes than the file's")
    connection.close()


class Crowd:
    """Clients that do nothing more: idle after one small answer, or stalled in a large one."""

    def __init__(self):
        self.connections: list[Connection] = []

    def idle(self, port: int, address: str, count: int) -> None:
        buffer = bytearray(1 << 16)
        for _ in range(count):
            connection = Connection(port)
            self.connections.append(connection)
            connection.ask(address)
            _, length, rest = connection.head()
            for _ in connection.body(rest, length, buffer):
                pass

    def stalled(self, port: int, address: str, count: int) -> None:
        for _ in range(count):
            # What the client's own kernel holds is not the server's.
            connection = Connection(port, receive_buffer=32 << 10)
            self.connections.append(connection)
            connection.ask(address, (0, None))
            status, _, _ = connection.head()
            if status != 206:
                sys.exit(f"a stalled client was answered {status}")

    def are_all_open(self) -> bool:
        """Whether the server has kept them."""
        for connection in self.connections:
            connection.socket.setblocking(False)
            try:
                if connection.socket.recv(1, socket.MSG_PEEK) == b"":
                    return False
            except BlockingIOError:
                pass
            except OSError:
                return False
        return True

    def leave(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections = []


def send_queue(port: int) -> float:
    """MiB that the kernel holds for the server's sockets to send (ss(8), `w` of skmem)."""
    command = ["ss", "--tcp", "--memory", "--numeric", "--no-header", "state", "established", f"sport = :{port}"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sum(int(queued) for queued in re.findall(r"skmem:\(.*?,w(\d+),", output)) / MIB


def private_loopback() -> str:
    """A network of this program's own, with a plain congestion control; what is in force then.

    BBR, where a machine has it, paces what is sent by timers: on loopback that measures the timers. In a namespace of its own only
    reno can be chosen, which without losses does the same as Debian's cubic. Needs root; without it everything stays as it is.
    """
    name = Path("/proc/sys/net/ipv4/tcp_congestion_control")
    clone_newnet = 0x40000000
    if ctypes.CDLL(None, use_errno=True).unshare(clone_newnet) == 0:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        name.write_text("reno")
    return name.read_text().strip()


def allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


# Uncached data


def drop(file: Path) -> None:
    """Takes a file's clean pages out of the page cache."""
    with open(file, "rb") as source:
        os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def cached(file: Path) -> float:
    """MiB of the file in the page cache (fincore(1))."""
    if not shutil.which("fincore"):
        return float("nan")
    command = ["fincore", "--bytes", "--noheadings", "--output", "RES", file]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / MIB


class ColdReader:
    """A client that reads a file in parts of 1 MiB in random order, none twice before the file was dropped from the cache again."""

    def __init__(self, port: int, address: str, file: Path):
        self.received = multiprocessing.Value("q", 0, lock=False)
        self.file = file
        self.process = multiprocessing.Process(target=self.run, args=(port, address, file.stat().st_size), daemon=True)
        self.process.start()

    def run(self, port: int, address: str, length: int) -> None:
        connection, buffer = Connection(port), bytearray(MIB)
        while True:
            drop(self.file)
            parts = list(range(0, length - MIB + 1, MIB))
            random.shuffle(parts)
            for first in parts:
                connection.ask(address, (first, first + MIB - 1))
                _, count, rest = connection.head()
                for _ in connection.body(rest, count, buffer):
                    pass
                self.received.value += count

    def stop(self) -> None:
        self.process.terminate()
        self.process.join()
