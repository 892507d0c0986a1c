"""What the measurements share: a daemon to measure, a film to send, and the kernel's own figures about a process."""
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
CHUNK = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")


def size_of(text: str) -> int:
    """Bytes of `512MiB` and the like."""
    match = re.fullmatch(r"(\d+)(KiB|MiB|GiB)", text)
    if not match:
        sys.exit(f"{text}: not a size such as 512MiB or 4GiB")
    return int(match[1]) * UNITS[match[2]]


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


class Process:
    """A process as /proc sees it (proc_pid_stat(5), proc_pid_status(5))."""

    def __init__(self, pid: int):
        self.pid = pid

    def memory(self, key: str = "VmHWM") -> float:
        """MiB; `VmHWM` is the most that was resident, which the kernel keeps, `RssAnon` what is resident now and not of a file."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+) kB", status)[1]) / 1024

    def forget_peak(self) -> None:
        """Lets `VmHWM` begin again from what is resident now (proc_pid_clear_refs(5))."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def seconds(self) -> float:
        """Processor seconds of its threads, without its children."""
        return sum(self.ticks(self.pid)[:2]) / TICKS

    def seconds_of_others(self) -> float:
        """Processor seconds of all that it started."""
        children = {}
        for pid, parent in parents():
            children.setdefault(parent, []).append(pid)
        ticks, found = sum(self.ticks(self.pid)[2:]), [self.pid]
        for pid in found:
            found += children.get(pid, [])
        return (ticks + sum(sum(self.ticks(pid)) for pid in found[1:])) / TICKS

    @staticmethod
    def ticks(pid: int) -> list[int]:
        """utime, stime, cutime, cstime; none of a process that has gone."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return []
        return [int(field) for field in fields[11:15]]


def parents():
    """Every process with the one that started it."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            yield int(entry), int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue


class Daemon(Process):
    """mediad on a storage root, with the embedded database and a free port. Its log goes to a file, so that it never waits."""

    def __init__(self, binary, root: str, log: str, options: list[str] = [], **settings: str):
        environment = {**os.environ, "MEDIAD_LOG_FORMAT": "json", **settings}
        environment.pop("DATABASE_URL", None)
        self.log = Path(log)
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [binary, "serve", "--storage-root", root, "--port", "0", *options],
                stdout=subprocess.DEVNULL,
                stderr=output,
                env=environment,
            )
        super().__init__(self.process.pid)
        # By scheme: "https" only with TLS.
        self.ports = self.listening()
        self.port = self.ports["http"]

    def listening(self) -> dict[str, int]:
        while self.process.poll() is None:
            for line in self.log.read_text().splitlines():
                if '"message":"Listening"' in line:
                    found = re.findall(r"(https?)://\S+:(\d+)", json.loads(line)["url"])
                    return {scheme: int(port) for scheme, port in found}
            time.sleep(0.05)
        sys.exit(f"the daemon did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
