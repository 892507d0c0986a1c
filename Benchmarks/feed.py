#!/usr/bin/env python3
"""What the feed of changes costs writers, and what a page of it costs when there are many.

Starts a PostgreSQL of its own, has mediad make the schema in it, and runs pgbench. Everything is gone afterwards.

    Benchmarks/feed.py                     # 16 writers without the feed, with it, and with NOTIFY per row
    Benchmarks/feed.py --pages 1000000     # list, look-up, pages and links of so many files, next to 10,000
"""
import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORT = "6545"


def newest_binaries():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise SystemExit("no PostgreSQL under /usr/lib/postgresql")
    return found[-1]


class Server:
    """A PostgreSQL on a socket of its own, with the durability that it has by default."""

    def __init__(self, mediad):
        self.mediad, self.binaries = str(pathlib.Path(mediad).resolve()), newest_binaries()
        self.home = tempfile.mkdtemp(prefix="mediad-feed-", dir="/tmp")
        self.account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.account:
            shutil.chown(self.home, "postgres")
        os.chmod(self.home, 0o755)

    def __enter__(self):
        data = f"{self.home}/data"
        self.call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-p {PORT} -k {self.home} -c listen_addresses= -c max_connections=100 -c shared_buffers=256MB"
        self.call("pg_ctl", "-D", data, "-o", options, "-l", f"{self.home}/log", "-w", "start")
        return self

    def __exit__(self, *_):
        self.call("pg_ctl", "-D", f"{self.home}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def call(self, program, *arguments):
        command = [*self.account, str(self.binaries / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/tmp")

    @property
    def environment(self):
        # As the daemon's connections are: without compiled plans.
        return {**os.environ, "PGHOST": self.home, "PGPORT": PORT, "PGUSER": "postgres", "PGOPTIONS": "-c jit=off"}

    def sql(self, text, database="bench"):
        command = [str(self.binaries / "psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=self.environment).stdout

    def fresh(self):
        """An empty database with mediad's schema."""
        self.sql("DROP DATABASE IF EXISTS bench", "postgres")
        self.sql("CREATE DATABASE bench", "postgres")
        url = f"host={self.home} port={PORT} user=postgres dbname=bench"
        root = f"{self.home}/root"
        os.makedirs(root, exist_ok=True)
        shutil.rmtree(f"{root}/identity", ignore_errors=True)
        if os.path.exists(f"{root}/identity"):
            os.unlink(f"{root}/identity")
        subprocess.run(
            [self.mediad, "migrate", "--storage-root", root, "--database-url", url],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=root,
        )

    def pgbench(self, script, clients, *arguments):
        path = f"{self.home}/{abs(hash(script))}.sql"
        pathlib.Path(path).write_text(script)
        command = [str(self.binaries / "pgbench"), "-n", "-M", "prepared", "-f", path, "-c", str(clients), *arguments, "bench"]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment, cwd=self.home
        )


INSERT = """
INSERT INTO media.files (id, collection, name, path, type, size, sha256, modified_at, created_at, updated_at)
SELECT id, 'posters', id::text, 'posters/' || id || '.jpg', 'image/jpeg', 1000, sha256(id::text::bytea), now(), now(), now()
FROM (SELECT gen_random_uuid() AS id) AS new;
"""
STAMPER = "SELECT media.stamp();\n\\sleep 5 ms\n"
# As a daemon that is told of each row does it.
NOTIFYING = """
CREATE FUNCTION notify_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('rows', NEW.path); RETURN NULL; END $$;
CREATE TRIGGER notify_row AFTER INSERT ON media.files FOR EACH ROW EXECUTE FUNCTION notify_row();
"""
SILENT = "ALTER TABLE media.files DISABLE TRIGGER USER;"


def rate(server, way, seconds):
    server.fresh()
    if way != "outbox and stamper":
        server.sql(SILENT)
    if way == "NOTIFY per row":
        server.sql(NOTIFYING)
    stamper = None
    if way == "outbox and stamper":
        stamper = server.pgbench(STAMPER, 1, "-T", str(seconds))
    out, errors = server.pgbench(INSERT, 16, "-T", str(seconds)).communicate()
    if stamper:
        stamper.communicate()
        while "stamped" in server.sql("SELECT state FROM media.stamp()"):
            pass
        counts = server.sql("SELECT (SELECT count(*) FROM media.files) = (SELECT head FROM media.feed)").strip()
        assert counts == "t", "a change is missing"
    found = re.search(r"tps = ([0-9.]+)", out)
    if not found:
        raise SystemExit(errors)
    return float(found.group(1))


def writers(server, rounds, seconds):
    ways = ["without the feed", "outbox and stamper", "NOTIFY per row"]
    rates = {way: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            rates[way].append(rate(server, way, seconds))
    plain = statistics.median(rates["without the feed"])
    print(f"16 writers, {rounds} rounds of {seconds} s, medians of transactions/s")
    for way, found in rates.items():
        middle = statistics.median(found)
        print(f"  {way:20} {middle:8.0f}  {middle / plain:5.2f} x   {min(found):.0f} to {max(found):.0f}")


def page(start):
    """A page as the daemon reads it; the columns of the record are fewer."""
    return f"""
    SELECT feed.epoch, feed.head, page.page_end, c.*, file.* FROM media.feed
    CROSS JOIN LATERAL (SELECT ({start})::bigint AS position) AS start
    CROSS JOIN LATERAL (SELECT coalesce((SELECT last_of_transaction FROM media.changes
        WHERE changes.position = least(start.position, feed.head) + 10000), feed.head) AS position) AS reach
    CROSS JOIN LATERAL (SELECT coalesce((SELECT last_of_transaction FROM media.changes WHERE changes.position > start.position
        AND changes.position <= reach.position AND FILTER(changes) ORDER BY changes.position OFFSET 99 LIMIT 1),
        reach.position) AS page_end) AS page
    LEFT JOIN media.changes c ON c.position > start.position AND c.position <= page.page_end AND FILTER(c)
    LEFT JOIN LATERAL (SELECT id AS present, path AS now_at FROM media.files WHERE id = c.file_id) AS file ON true
    ORDER BY c.position"""


def filtered(text, condition):
    return re.sub(r"FILTER\((\w+)\)", lambda found: condition.replace("ROW", found.group(1)), text)


QUERIES = {
    "list, first page": "SELECT * FROM media.files WHERE collection = 'posters' ORDER BY id DESC LIMIT 100",
    "look-up by path": "SELECT * FROM media.files WHERE path = 'posters/' || :n || '.jpg'",
    "changes, a page": filtered(page(":n"), "true"),
    "changes, filtered by collection": filtered(page(":n"), "ROW.collection = 'avatars'"),
    "changes, filtered by entity": filtered(page(":n"), """ROW.links @> '[{"entity": "movie", "entityId": "1"}]'"""),
    "links of an entity": "SELECT * FROM media.links WHERE entity = 'movie' AND entity_id = (:n)::text",
    "links of a file": "SELECT * FROM media.links WHERE file_id = md5((:n)::text)::uuid",
}


def fill(server, count):
    server.fresh()
    server.sql(f"""
        INSERT INTO media.files (id, collection, name, path, type, size, sha256, modified_at, created_at, updated_at)
        SELECT md5(n::text)::uuid, 'posters', n, 'posters/' || n || '.jpg', 'image/jpeg', 1, sha256(n::text::bytea),
        now(), now(), now() FROM generate_series(1, {count}) n;
        INSERT INTO media.links SELECT 'movie', n, 'poster', md5(n::text)::uuid, true FROM generate_series(1, {count}) n;""")
    for _ in range(8):
        server.sql("UPDATE media.files SET updated_at = clock_timestamp()")
        while "stamped" in server.sql("SET statement_timeout = 0; SELECT state FROM media.stamp()"):
            pass
    # Changes one transaction each, as uploads make them; those above are whole as they are.
    server.sql("UPDATE media.changes SET last_of_transaction = position; VACUUM ANALYZE")


def pages(server, counts):
    figures = {name: [] for name in QUERIES}
    for count in counts:
        fill(server, count)
        for name, query in QUERIES.items():
            script = f"\\set n random(1, {count - 20000 if count > 20000 else count - 200})\n{query.strip()};\n"
            for path in pathlib.Path(server.home).glob("pgbench_log.*"):
                path.unlink()
            out, errors = server.pgbench(script, 1, "-t", "1000", "-l").communicate()
            logs = list(pathlib.Path(server.home).glob("pgbench_log.*"))
            if not logs:
                raise SystemExit(errors)
            times = sorted(int(line.split()[2]) for line in logs[0].read_text().splitlines())
            figures[name].append(times[int(len(times) * 0.99)])
        if count == counts[-1]:
            for name, query in QUERIES.items():
                print(f"-- {name}\n" + server.sql("EXPLAIN " + query.replace(":n", "1000")))
    print("p99 in microseconds: " + ", ".join(f"{count} files and {count * 10} changes" for count in counts))
    for name, found in figures.items():
        print(f"  {name:32} {'  '.join(f'{time:8}' for time in found)}   {found[-1] / found[0]:5.2f} x")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mediad", default=str(ROOT / ".build/release/mediad"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--pages", type=int, help="measure reading, with so many files and ten times as many changes")
    chosen = parser.parse_args()
    with Server(chosen.mediad) as server:
        if chosen.pages:
            pages(server, [10_000, chosen.pages])
        else:
            writers(server, chosen.rounds, chosen.seconds)
