"""The servers that are measured side by side: mediad, and nginx and Caddy on mediad's own tree."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from support import Daemon, Process, parents

NGINX = """
daemon off;
worker_processes {workers};
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.error.log warn;
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 3600s;
    keepalive_requests 1000000000;
    {temporary}
    {extra}
    server {{
        listen 127.0.0.1:{port} backlog=4096{listen};
        {tls}
        location /files/ {{ alias {tree}/; }}
    }}
}}
"""
NGINX_CACHE = "open_file_cache max=10000 inactive=60s; open_file_cache_valid 60s; open_file_cache_min_uses 1;"
NGINX_THREADS = "aio threads;"
CADDY = """
{{
    admin off
    auto_https off
    log {{
        output discard
    }}
}}
http://:{port} {{
    bind 127.0.0.1
    handle_path /files/* {{
        root * {tree}
        file_server
    }}
}}
"""


def seconds_of(process: Process) -> float:
    """Processor seconds of a server and all that it started."""
    return process.seconds() + process.seconds_of_others()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """One way of serving the same files. `start` again after `stop` begins with a fresh process."""

    process: Process
    port: int
    # With HTTP/2 and TLS.
    secure_port: int | None = None

    def __init__(self, name: str, note: str):
        self.name, self.note = name, note

    def memory(self, key: str) -> float:
        """MiB of the processes that serve, without those that only help (`VmRSS`, `VmHWM`, `RssAnon`)."""
        return sum(process.memory(key) for process in self.serving())

    def serving(self) -> list[Process]:
        return [self.process]

    def forget_peak(self) -> None:
        for process in self.serving():
            process.forget_peak()

    def bytes_read(self) -> int:
        """That the serving processes had the disk read for them (proc_pid_io(5))."""
        total = 0
        for process in self.serving():
            fields = dict(line.split(": ") for line in Path(f"/proc/{process.pid}/io").read_text().splitlines())
            total += int(fields["read_bytes"])
        return total


class Mediad(Server):
    def __init__(self, binary, root: Path, settings: dict[str, str], name: str = "mediad"):
        super().__init__(name, "defaults, its own PostgreSQL")
        self.binary, self.root, self.settings = binary, root, settings

    def start(self) -> None:
        self.process = Daemon(self.binary, str(self.root), str(self.root) + ".log", **self.settings)
        self.port = self.process.port
        self.secure_port = self.process.ports.get("https")
        # As root, Swift's threads (and what they start) make themselves a little more important than the other servers.
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), os.getpriority(os.PRIO_PROCESS, 0))

    def stop(self) -> None:
        self.process.stop()


class Other(Server):
    """A server that is a program with a file of settings, in the foreground."""

    def __init__(self, name: str, note: str, folder: Path):
        super().__init__(name, note)
        self.folder = folder / name.replace(" ", "-").replace("+", "-")
        self.folder.mkdir()
        self.port = free_port()

    def start(self) -> None:
        with open(self.folder / "output", "ab") as output:
            self.running = subprocess.Popen(self.command, stdout=output, stderr=output, env=self.environment)
        self.process = Process(self.running.pid)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                if self.running.poll() is not None:
                    sys.exit(f"{self.name} did not start:\n{(self.folder / 'output').read_text()}")
                time.sleep(0.02)

    def stop(self) -> None:
        self.running.send_signal(signal.SIGTERM)
        self.running.wait(timeout=60)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder)}


class Nginx(Other):
    def __init__(self, name: str, tree: Path, folder: Path, extra: str = "", certificate: Path | None = None, isSpread: bool = False):
        note = "sendfile on, tcp_nopush on, 2 workers, access_log off"
        note += (f", {extra.split(';')[0]}" if extra else "") + (", listen reuseport" if isSpread else "")
        super().__init__(name, note, folder)
        tls = ""
        if certificate:
            self.secure_port = free_port()
            tls = (
                f"listen 127.0.0.1:{self.secure_port} ssl http2; ssl_certificate {certificate}.crt; "
                f"ssl_certificate_key {certificate}.key; http2_max_requests 1000000000;"
            )
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        # By itself the kernel lets one worker accept nearly all connections of a client that opens them at once.
        listen = " reuseport" if isSpread else ""
        settings = NGINX.format(
            listen=listen,
            workers=2,
            user="user root;" if os.getuid() == 0 else "",
            folder=self.folder,
            temporary=" ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in kinds),
            extra=extra,
            port=self.port,
            tls=tls,
            tree=tree,
        )
        (self.folder / "nginx.conf").write_text(settings)
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        self.command = [program, "-p", self.folder, "-c", self.folder / "nginx.conf"]

    def serving(self) -> list[Process]:
        workers = [Process(pid) for pid, parent in parents() if parent == self.process.pid]
        return [self.process, *workers]


class Caddy(Other):
    def __init__(self, tree: Path, folder: Path):
        super().__init__("Caddy", "file_server, no access log", folder)
        (self.folder / "Caddyfile").write_text(CADDY.format(port=self.port, tree=tree))
        self.command = ["caddy", "run", "--adapter", "caddyfile", "--config", self.folder / "Caddyfile"]


def certificate(folder: Path) -> Path:
    """A self-signed one, PATH.crt and PATH.key."""
    path = folder / "localhost"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command += ["-keyout", f"{path}.key", "-out", f"{path}.crt"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def versions() -> str:
    """Of the programs that are measured and that measure."""
    commands = {
        "nginx": ["/usr/sbin/nginx", "-v"],
        "caddy": ["caddy", "version"],
        "wrk": ["wrk", "-v"],
        "h2load": ["h2load", "--version"],
        "curl": ["curl", "--version"],
    }
    found = []
    for name, command in commands.items():
        if shutil.which(command[0]):
            result = subprocess.run(command, capture_output=True, text=True)
            line = (result.stdout + result.stderr).strip().splitlines()[0]
            found.append(line if name in line else f"{name} {line}")
    return "; ".join(each.split(" Copyright")[0].split(" libcurl")[0] for each in found)


def record(answer: bytes) -> dict:
    return json.loads(answer)["files"][0]
