"""An application, its API service and two of its clients, in Python, against two daemons on one database and one tree.

story.py FIRST SECOND DATABASE KEY PID WEBHOOK_KEY

FIRST and SECOND are the daemons' addresses, PID is the first one's process, which is killed in the middle of an upload. KEY is a key
with the scope manage. The API service talks to the database and, over HTTP, to the daemons; the clients have a grant and a token of
theirs. Prints one line for each thing that was seen, and ends with 0 when all were.
"""

import asyncio
import base64
import http.server
import json
import os
import queue
import signal
import sys
import threading
import time

import psycopg
import requests
import standardwebhooks
import websockets

FIRST, SECOND, DATABASE, KEY, PID = sys.argv[1:6]
SERVICE = {"Authorization": f"Bearer {KEY}"}
TUS = {"Tus-Resumable": "1.0.0"}
# What is promised is a second; whoever looks on a busy machine may be late himself.
PATIENCE = 20


def say(text):
    print(text, flush=True)


def expect(is_so, text):
    if not is_so:
        sys.exit(f"not so: {text}")
    say(text)


def picture():
    """A PNG of 64 x 96 pixels that no library is needed for, followed by text that makes it worth two requests."""
    import struct
    import zlib

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes((x * 4 % 256, y * 2 % 256, 128)[c] for x in range(64) for c in range(3)) for y in range(96))
    header = struct.pack(">IIBBBBB", 64, 96, 8, 2, 0, 0, 0)
    text = b"Comment\0" + b"poster " * 2000
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"tEXt", text)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class Reader:
    """What one way of listening has heard: events in order."""

    def __init__(self, name):
        self.name = name
        self.events = queue.Queue()
        self.heard = []

    def hear(self, event):
        self.events.put((time.monotonic(), event))

    def wait(self, kind, since):
        """The next event of a kind; says how long after `since` it came."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                at, event = self.events.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                sys.exit(f"not so: {self.name} hears {kind}; it heard {self.heard}")
            self.heard.append(event["type"])
            if event["type"] == kind:
                say(f"{self.name} hears {kind} after {at - since:.2f} s")
                return event


def poll(reader, cursor):
    while True:
        try:
            answer = requests.get(
                f"{SECOND}/api/changes", params={"since": cursor, "wait": 30}, headers=SERVICE, timeout=60
            )
        except requests.RequestException:
            return
        page = answer.json()
        for change in page["changes"]:
            reader.hear(change)
        cursor = page["cursor"]


def listen(reader, cursor):
    try:
        with requests.get(
            f"{SECOND}/api/events", params={"since": cursor}, headers=SERVICE, stream=True, timeout=60
        ) as answer:
            for line in answer.iter_lines(chunk_size=1):
                if line.startswith(b"data:"):
                    event = json.loads(line[5:])
                    if "type" in event:
                        reader.hear(event)
    except requests.RequestException:
        return


async def subscribe(reader, cursor, ready):
    address = SECOND.replace("http", "ws", 1) + "/api/events/ws"
    async with websockets.connect(address, additional_headers=SERVICE) as socket:
        await socket.send(json.dumps({"type": "subscribe", "id": "all", "since": cursor}))
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "subscribed":
                ready.set()
            if message["type"] == "event":
                reader.hear(message["event"])


def receiver(reader):
    """An endpoint for webhooks, which verifies each with the library of those who wrote the specification."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            standardwebhooks.Webhook(Handler.secret).verify(body, dict(self.headers))
            reader.hear(json.loads(body)["data"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = requests.post(
        f"{SECOND}/api/webhooks",
        json={"url": f"http://127.0.0.1:{server.server_port}/hook", "name": "story"},
        headers=SERVICE,
    )
    expect(hook.status_code == 201, f"a webhook is registered ({hook.status_code})")
    Handler.secret = hook.json()["secret"]


def metadata(**items):
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in items.items())


def upload(grant, poster):
    """A client with a grant and nothing else: half of the poster to one daemon, which dies, the rest to the other one."""
    fields = TUS | {"Authorization": f"Bearer {grant}"}
    begun = requests.post(
        f"{FIRST}/api/uploads",
        headers=fields
        | {
            "Upload-Length": str(len(poster)),
            "Upload-Metadata": metadata(collection="posters", name="movie-1", filename="poster.png"),
        },
    )
    expect(begun.status_code == 201, f"the client begins its upload ({begun.status_code} {begun.text[:200]})")
    path = begun.headers["Location"].removeprefix(FIRST)
    half = len(poster) // 2
    patch = {"Content-Type": "application/offset+octet-stream"}
    sent = requests.patch(FIRST + path, data=poster[:half], headers=fields | patch | {"Upload-Offset": "0"})
    expect(sent.status_code == 204, f"half of it is there ({sent.status_code} {sent.text[:200]})")
    os.kill(int(PID), signal.SIGKILL)
    offset = requests.head(SECOND + path, headers=fields)
    expect(offset.headers.get("Upload-Offset") == str(half), "the other daemon has that half after the first one was killed")
    began = time.monotonic()
    sent = requests.patch(SECOND + path, data=poster[half:], headers=fields | patch | {"Upload-Offset": str(half)})
    expect(sent.status_code == 204, f"the other half is there too ({sent.status_code} {sent.text[:200]})")
    return began


def main():
    poster = picture()
    database = psycopg.connect(DATABASE, autocommit=True)
    database.execute("CREATE SCHEMA app")
    database.execute(
        "CREATE TABLE app.movies (id serial PRIMARY KEY, title text NOT NULL,"
        " poster_file_id uuid REFERENCES media.files (id))"
    )
    database.execute("CREATE INDEX ON app.movies (poster_file_id)")

    listed = requests.get(f"{SECOND}/api/media", headers=SERVICE).json()
    cursor = listed["cursor"]
    expect(listed["files"] == [], "the list is empty, and says from where to follow")
    readers = [Reader(name) for name in ("the poll", "the stream", "the WebSocket", "the webhook")]
    receiver(readers[3])
    threading.Thread(target=poll, args=(readers[0], cursor), daemon=True).start()
    threading.Thread(target=listen, args=(readers[1], cursor), daemon=True).start()
    ready = threading.Event()
    threading.Thread(
        target=lambda: asyncio.run(subscribe(readers[2], cursor, ready)), daemon=True
    ).start()
    expect(ready.wait(PATIENCE), "the WebSocket is subscribed")

    expect(requests.get(f"{FIRST}/api/changes").status_code == 401, "nobody hears of changes without saying who it is")
    (movie,) = database.execute("INSERT INTO app.movies (title) VALUES ('Nosferatu') RETURNING id").fetchone()
    grant = requests.post(
        f"{FIRST}/api/grants",
        json={
            "collection": "posters",
            "name": "movie-1",
            "types": ["image/png"],
            "maximumSize": 1 << 20,
            "expiresIn": 600,
        },
        headers=SERVICE,
    )
    expect(grant.status_code == 201, f"the service mints a grant ({grant.status_code})")
    began = upload(grant.json()["token"], poster)

    created = [reader.wait("file.created", began) for reader in readers]
    cursors = {event["cursor"] for event in created}
    expect(len(cursors) == 1, "all four heard the same event")
    file = created[0]["file"]
    expect(requests.get(SECOND + file["url"], headers=SERVICE).content == poster, "the second client sees the poster")

    database.execute("UPDATE app.movies SET poster_file_id = %s WHERE id = %s", (file["id"], movie))
    began = time.monotonic()
    link = {"entity": "movie", "entityId": str(movie), "role": "poster"}
    linked = requests.post(f"{SECOND}/api/media/{file['id']}/links", json=link, headers=SERVICE)
    expect(linked.status_code == 201, f"the service links the poster ({linked.status_code})")
    for reader in readers:
        reader.wait("link.added", began)

    refused = requests.delete(f"{SECOND}/api/media/{file['id']}", headers=SERVICE)
    expect(refused.status_code == 409, "a linked poster is not deleted")
    expect("app.movies" in refused.text and "poster_file_id" in refused.text, "the refusal names table and column")

    database.execute("DELETE FROM app.movies WHERE id = %s", (movie,))
    began = time.monotonic()
    freed = requests.delete(f"{SECOND}/api/media/{file['id']}?force=true", headers=SERVICE)
    expect(freed.status_code == 204, f"without its movie it is deleted ({freed.status_code})")
    for reader in readers:
        event = reader.wait("file.deleted", began)
        expect(event["path"] == file["path"] and event["collection"] == "posters", "with its path and collection")
    expect(requests.get(SECOND + file["url"], headers=SERVICE).status_code == 404, "it is not served any more")
    trash = requests.get(f"{SECOND}/api/trash", headers=SERVICE).json()
    expect([item["id"] for item in trash["files"]] == [file["id"]], "it is in the trash")
    say("the end")


main()
