#!/usr/bin/env python3
"""How the catalog behaves when it is large: lists, look-ups by path, the feed and links, beside the same with 10,000 files.

    Benchmarks/catalog.py BINARY [--files 1000000] [--changes 10000000] [--rounds 300]

Two daemons of their own, each with an embedded database: one with 10,000 files and 100,000 changes, one with as many as asked for. The
rows are made with SQL, no bytes lie behind them. Prints p50 and p99 of each request over HTTP, the ratio of the p99s, and the plan of
the statement behind it. Needs psql, and about 8 GiB of disk.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from support import Daemon

SMALL_FILES, SMALL_CHANGES = 10_000, 100_000
# The first 48 bits of a version 7 UUID are the time, the last ones only have to differ.
FILE_ID = "(lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid"
ROWS = [
    # The triggers would write the feed row by row; it is written in one go below.
    "ALTER TABLE media.files DISABLE TRIGGER USER",
    "ALTER TABLE media.links DISABLE TRIGGER USER",
    f"""INSERT INTO media.files (id, collection, name, path, type, size, sha256, modified_at, created_at, updated_at, facts_version)
        SELECT {FILE_ID}, CASE n % 2 WHEN 0 THEN 'posters' ELSE 'avatars' END, 'm' || n,
            CASE n % 2 WHEN 0 THEN 'posters' ELSE 'avatars' END || '/m' || n || '.jpg', CASE n % 1000 WHEN 0 THEN 'image/png' ELSE 'image/jpeg' END, 1000,
            sha256(n::text::bytea), now(), now(), now(), 1000
        FROM generate_series(1, {{files}}) n""",
    f"""INSERT INTO media.links (entity, entity_id, role, file_id, is_single)
        SELECT 'movie', n::text, 'poster', {FILE_ID}, true FROM generate_series(1, {{files}}) n""",
    f"""INSERT INTO media.changes (position, last_of_transaction, at, kind, file_id, collection, name, path, version)
        SELECT p, p, now(), CASE WHEN p <= {{files}} THEN 'file.created' ELSE 'file.updated' END,
            (lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
            CASE n % 2 WHEN 0 THEN 'posters' ELSE 'avatars' END, 'm' || n,
            CASE n % 2 WHEN 0 THEN 'posters' ELSE 'avatars' END || '/m' || n || '.jpg', left(encode(sha256(n::text::bytea), 'hex'), 32)
        FROM (SELECT p, 1 + p % {{files}} AS n FROM generate_series(1, {{changes}}) p) numbers""",
    "UPDATE media.feed SET head = {changes}",
    "ALTER TABLE media.files ENABLE TRIGGER USER",
    "ALTER TABLE media.links ENABLE TRIGGER USER",
    "VACUUM ANALYZE media.files",
    "VACUUM ANALYZE media.links",
    "VACUUM ANALYZE media.changes",
]


class Site:
    def __init__(self, binary: str, files: int, changes: int):
        self.files, self.changes = files, changes
        self.root = tempfile.mkdtemp(prefix="mediad-catalog-")
        # The database's user has to get through.
        os.chmod(self.root, 0o755)
        self.daemon = Daemon(binary, f"{self.root}/root", f"{self.root}/log", MEDIAD_FILES_CACHED_RECORDS="0")
        began = time.monotonic()
        for statement in ROWS:
            self.sql(statement.format(files=files, changes=changes))
        print(f"{files} files, {changes} changes: {time.monotonic() - began:.0f} s to make", flush=True)
        self.epoch = self.sql("SELECT epoch FROM media.feed").strip()

    def sql(self, statement: str) -> str:
        words = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", f"{self.root}/root/postgres/run"]
        words += ["-U", "mediad", "-d", "mediad", "-c", statement]
        outcome = subprocess.run(words, capture_output=True, text=True)
        if outcome.returncode:
            sys.exit(f"{statement}: {outcome.stderr}")
        return outcome.stdout

    def time(self, address: str) -> float:
        began = time.monotonic()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.daemon.port}{address}") as answer:
                json.load(answer)
        except urllib.error.HTTPError as error:
            sys.exit(f"{address}: {error.code} {error.read().decode()}")
        return time.monotonic() - began

    def stop(self) -> None:
        self.daemon.stop()
        shutil.rmtree(self.root, ignore_errors=True)


def file_id(n: int) -> str:
    digits = f"{1700000000000 + n:012x}70008000{n:012x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


REQUESTS = {
    "first page": lambda site, n: "/api/media?limit=50",
    "page in the middle": lambda site, n: f"/api/media?limit=50&cursor={file_id(n)}",
    "page of a collection": lambda site, n: f"/api/media?collection=posters&limit=50&cursor={file_id(n)}",
    "type": lambda site, n: f"/api/media?type=image/png&limit=50&cursor={file_id(n)}",
    "type that nothing has": lambda site, n: "/api/media?type=video/*&limit=50",
    "type in a collection": lambda site, n: f"/api/media?collection=posters&type=image/png&limit=50&cursor={file_id(n)}",
    "none in a collection": lambda site, n: f"/api/media?collection=avatars&type=image/png&limit=50",
    "image/* in a collection": lambda site, n: f"/api/media?collection=posters&type=image/*&limit=50&cursor={file_id(n)}",
    "video/* in a collection": lambda site, n: f"/api/media?collection=posters&type=video/*&limit=50",
    "prefix of many": lambda site, n: f"/api/media?pathPrefix=posters/m1&limit=50",
    "prefix of few": lambda site, n: f"/api/media?pathPrefix=posters/m{n - n % 2 or 2}&limit=50",
    "prefix without the type": lambda site, n: f"/api/media?pathPrefix=posters/m1&type=video/mp4&limit=50",
    "prefix of another": lambda site, n: f"/api/media?collection=avatars&pathPrefix=posters/m1&limit=50",
    "search": lambda site, n: f"/api/media?search=m{n % 100}&limit=50",
    "search for nothing": lambda site, n: f"/api/media?search=nowhere&limit=50",
    "search in a prefix": lambda site, n: f"/api/media?pathPrefix=posters/m1&search=nowhere&limit=50",
    "record by path": lambda site, n: f"/api/media?path=posters/m{n - n % 2 or 2}.jpg",
    "record by id": lambda site, n: f"/api/media/{file_id(n)}",
    "changes from anywhere": lambda site, n: f"/api/changes?limit=100&since={site.epoch}.{max(n * (site.changes // site.files) - 1, 0)}",
    "changes of a collection": lambda site, n: f"/api/changes?limit=100&collection=avatars&since={site.epoch}.{n}",
    "changes of one movie": lambda site, n: f"/api/changes?limit=100&entity=movie/{n}&since={site.epoch}.{site.changes - 1000}",
    "links of a movie": lambda site, n: f"/api/links?entity=movie&entityId={n}",
    "links of a file": lambda site, n: f"/api/media/{file_id(n)}/links",
}
PLANS = {
    "page of a collection": f"SELECT * FROM media.files WHERE collection = 'posters' AND id < '{file_id(5000)}' ORDER BY id DESC LIMIT 50",
    "record by path": "SELECT * FROM media.files WHERE path = 'posters/m5000.jpg'",
    "changes from anywhere": "SELECT * FROM media.changes WHERE position > 50000 ORDER BY position LIMIT 100",
    "links of a movie": "SELECT * FROM media.links WHERE entity = 'movie' AND entity_id = '5000'",
}


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--changes", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    sites = [Site(options.binary, SMALL_FILES, SMALL_CHANGES), Site(options.binary, options.files, options.changes)]
    numbers = random.Random(1)
    try:
        print(f"{'':26}{'small p50':>10}{'p99':>8}{'large p50':>11}{'p99':>8}{'p99 x':>8}   milliseconds")
        for name, address in REQUESTS.items():
            times: list[list[float]] = [[], []]
            for round in range(options.rounds):
                # Turn about, so that what disturbs the machine disturbs both.
                for site, found in zip(sites, times):
                    taken = site.time(address(site, numbers.randint(1000, site.files - 1)))
                    if round >= 20:
                        found.append(taken)
            (small, small99), (large, large99) = [(percentile(t, 0.5), percentile(t, 0.99)) for t in times]
            print(f"{name:26}{small:10.2f}{small99:8.2f}{large:11.2f}{large99:8.2f}{large99 / small99:8.2f}", flush=True)
        for name, statement in PLANS.items():
            print(f"\n{name}\n{sites[1].sql('EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ' + statement)}", end="")
    finally:
        for site in sites:
            site.stop()


if __name__ == "__main__":
    main()
