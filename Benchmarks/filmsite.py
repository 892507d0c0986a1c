"""The film application to measure: mediad and filmd by scripts/demo, accounts as the page signs in, and films by SQL."""
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from support import ROOT, Process, parents

PASSWORD = "correct horse battery staple"
WORDS = (
    "amber birch cedar delta ember fjord grove haven inlet jasper lagoon maple north ochre pearl quartz reed slate tidal umber "
    "violet willow xenon yonder zephyr arctic bronze copper dune east"
).split()
CATEGORIES = "Drama Comedy Adventure Crime Documentary Fantasy Horror Musical Romance Thriller War Western".split()
# The first 48 bits of a version 7 UUID are the time, the last ones only have to differ.
ID = "(lpad(to_hex({time} + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid"
POSTERS = 500


def array(words: list[str]) -> str:
    return "ARRAY['" + "','".join(words) + "']"


POSTER_ROWS = f"""
    ALTER TABLE media.files DISABLE TRIGGER USER;
    INSERT INTO media.files (id, collection, name, path, type, size, sha256, modified_at, created_at, updated_at, facts_version)
        SELECT {ID.format(time=1600000000000)}, 'posters', 'p' || n, 'posters/p' || n || '.jpg', 'image/jpeg', 1000,
            sha256(n::text::bytea), now(), now(), now(), 1000 FROM generate_series(1, {POSTERS}) n
        ON CONFLICT DO NOTHING;
    ALTER TABLE media.files ENABLE TRIGGER USER;
    INSERT INTO films.files (file_id, picture)
        SELECT id, jsonb_build_object('fileId', id, 'url', '/files/posters/p' || n || '.jpg', 'width', 1000, 'height', 1500,
            'thumbHash', '1QcSHQRnh493V4dIh4eXh1h4kJUI', 'dominantColor', '#5a4633', 'renditions', (
                SELECT jsonb_agg(jsonb_build_object('preset', 'w' || w, 'url', '/files/posters/p' || n || '.jpg?preset=w' || w,
                    'width', w, 'height', w * 3 / 2) ORDER BY w) FROM unnest(ARRAY[92, 154, 185, 342, 500, 780]) w))
        FROM (SELECT n, {ID.format(time=1600000000000)} AS id FROM generate_series(1, {POSTERS}) n) files
        ON CONFLICT DO NOTHING;
"""
# What filmd writes, in the same form: titles of three words; six in seven films have a poster.
FILM_ROWS = f"""
    INSERT INTO films.movies (id, added_by, title, description, year, rating, categories, tags, poster_file_id, ratings_sum, ratings_count,
            created_at, updated_at, field_versions, field_authors, title_key, search_text, record)
        SELECT id, (SELECT id FROM films.accounts ORDER BY created_at LIMIT 1), initcap(title), initcap(description), year, rating,
            categories, tags, poster, n % 9 * 7, n % 9, at, at, versions, '{{{{}}}}', title,
            concat_ws(E'\\n', title, description, lower(array_to_string(categories, E'\\n')), array_to_string(tags, E'\\n'), year), ''
        FROM (SELECT n, {ID.format(time=1650000000000)} AS id,
            words[1 + n % 30] || ' ' || words[1 + n / 30 % 30] || ' ' || n AS title,
            'a film about ' || words[1 + n / 7 % 30] || ' and ' || words[1 + n / 11 % 30] || ', told in the order in which it happened ' || md5(n::text)
                AS description,
            1900 + n % 120 AS year, (n % 101) / 10.0 AS rating,
            ARRAY[categories[1 + n % 12], categories[1 + (n / 12 + n + 1) % 12]] AS categories, ARRAY['tag ' || n % 200, 'seen'] AS tags,
            CASE WHEN n % 7 > 0 THEN posters[1 + n % cardinality(posters)] END AS poster,
            timestamptz '2022-01-01' + n * interval '7 s' AS at,
            '{{{{"title": 1, "description": 1, "year": 1, "rating": 1, "categories": 1, "tags": 1, "posterFileId": 1, "trailerFileId": 1}}}}'::jsonb
                AS versions
            FROM (SELECT {array(WORDS)} AS words, {array(CATEGORIES)} AS categories, (
                SELECT array_agg(file_id ORDER BY file_id) FROM films.files WHERE picture IS NOT NULL) AS posters) lists, generate_series({{first}}, {{last}}) n) films
"""


class Site:
    """One mediad with one filmd on a fresh folder."""

    def __init__(self, programs: Path, hasPosters: bool = False):
        """With posters that can be seen there are a dozen films and two accounts, too (scripts/demo-data)."""
        self.root = Path(tempfile.mkdtemp(prefix="mediad-films-"))
        # The database's user has to get through.
        os.chmod(self.root, 0o755)
        self.films, self.number = 0, 0
        command = [ROOT / "scripts/demo", "--port", "0", "--media-port", "0", "--root", self.root / "demo", "--programs", programs]
        self.demo = subprocess.Popen(command + ([] if hasPosters else ["--empty"]), stdout=subprocess.PIPE, text=True)
        self.url = ""
        for line in self.demo.stdout:
            if line.startswith("Films "):
                self.url = line.split()[1]
            if line.startswith("Ready."):
                break
        else:
            self.stop()
            sys.exit("the film application did not start")
        self.port = int(self.url.rsplit(":", 1)[1])
        started = [pid for pid, parent in parents() if parent == self.demo.pid]
        name = lambda pid: Path(f"/proc/{pid}/comm").read_text().strip()
        self.filmd = next(Process(pid) for pid in started if name(pid) == "filmd")
        self.mediad = next(Process(pid) for pid in started if name(pid) == "mediad")
        # As root, Swift's threads make themselves a little more important than those of other programs.
        for thread in os.listdir(f"/proc/{self.filmd.pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), os.getpriority(os.PRIO_PROCESS, 0))

    def stop(self) -> None:
        self.demo.send_signal(signal.SIGTERM)
        self.demo.wait(timeout=120)
        shutil.rmtree(self.root, ignore_errors=True)

    def sql(self, statement: str) -> str:
        outcome = subprocess.run(
            [ROOT / "scripts/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=statement,
            capture_output=True,
            text=True,
            env={**os.environ, "MEDIAD_STORAGE_ROOT": str(self.root / "demo/media")},
        )
        if outcome.returncode:
            sys.exit(f"{statement[:200]}: {outcome.stderr}")
        return outcome.stdout.strip()

    def call(self, method: str, path: str, body=None, token: str | None = None, headers: dict[str, str] = {}):
        """The status, the content as JSON, and the header fields of a response."""
        request = urllib.request.Request(self.url + path, method=method, headers=dict(headers))
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            response = urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            content = response.read()
            return response.status, json.loads(content) if content else None, response.headers

    def person(self, name: str) -> str:
        """Makes an account and signs in, as the page does. Returns the access token, which is good for 15 minutes."""
        account = {"id": uuid7(), "username": name, "email": f"{name}@example.org", "password": PASSWORD}
        status, content, _ = self.call("POST", "/api/accounts", account)
        if status != 201:
            sys.exit(f"POST /api/accounts: {status} {content}")
        return self.sign_in(name)

    def sign_in(self, name: str) -> str:
        status, content, _ = self.call("POST", "/api/session", {"username": name, "password": PASSWORD})
        if status not in (200, 201):
            sys.exit(f"POST /api/session: {status} {content}")
        return content["accessToken"]

    def fill(self, films: int) -> float:
        """Adds films until there are so many, without changes in the feed. Returns the seconds that it took."""
        began = time.monotonic()
        if self.sql("SELECT count(*) FROM films.files WHERE picture IS NOT NULL") == "0":
            self.sql(POSTER_ROWS)
        indexes = self.sql(
            """SELECT i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname
               WHERE i.schemaname = 'films' AND i.tablename = 'movies' AND c.conname IS NULL"""
        ).splitlines()
        names = [re.search(r"INDEX (\S+) ON", text)[1] for text in indexes]
        # Built once at the end they take a fraction of the time.
        self.sql("".join(f"DROP INDEX films.{name};" for name in names))
        while self.films < films:
            last = min(films, self.films + 50_000)
            self.sql(FILM_ROWS.format(first=self.films + 1, last=last))
            self.films = last
        self.sql(";".join(indexes) + "; VACUUM ANALYZE films.movies")
        return time.monotonic() - began

    def film_id(self, n: int) -> str:
        return uuid_text(f"{1650000000000 + n:012x}70008000{n:012x}")

    def cursor(self, values: list[str], account: str, sort: str, **query: str) -> str:
        """The cursor of a list as filmd makes it (PageCursor.swift, MovieList.swift): so that pages deep in a list need no walk."""
        if not hasattr(self, "secret"):
            self.secret = bytes.fromhex(self.sql("SELECT encode(secret, 'hex') FROM films.secrets WHERE name = 'cursors'"))
        # HKDF (RFC 5869) without salt; 32 bytes are one block.
        extracted = hmac.new(bytes(32), self.secret, hashlib.sha256).digest()
        key = hmac.new(extracted, b"films page cursor\x01", hashlib.sha256).digest()
        names = ["search", "category", "tag", "yearFrom", "yearTo", "ratingFrom", "addedBy"]
        scope = "\x1f".join(["movies", account, *[query.get(name, "") for name in names], sort])
        payload = json.dumps(values, separators=(",", ":")).encode()
        tag = hmac.new(key, f"{len(scope.encode())}:{scope}".encode() + payload, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(tag + payload).rstrip(b"=").decode()


def account_of(token: str) -> str:
    """The account that a token is for (RFC 7519, `sub`)."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["sub"]


def uuid_text(digits: str) -> str:
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def uuid7() -> str:
    """RFC 9562 section 5.7."""
    random = bytearray(os.urandom(10))
    random[0], random[2] = random[0] & 0x0F | 0x70, random[2] & 0x3F | 0x80
    return uuid_text(f"{time.time_ns() // 1_000_000:012x}{random.hex()}")
