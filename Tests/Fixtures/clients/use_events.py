"""Follows the events in all three ways at once: pages that wait (requests), a stream (requests), WebSocket (websockets).

    use_events.py URL FILE

Lists, follows from the list's cursor, uploads the file, deletes it, and expects that all three give the same two events in the same JSON.
"""
import json
import queue
import sys
import threading
import time

import requests
from websockets.sync.client import connect

url, path = sys.argv[1:3]
name = f"events-{time.time_ns()}"
cursor = requests.get(f"{url}/api/media?limit=1", timeout=30).json()["cursor"]
assert cursor, "the list has no cursor"


def poll(out):
    since = cursor
    while True:
        page = requests.get(
            f"{url}/api/changes", params={"since": since, "wait": 30, "collection": "posters"}, timeout=60
        ).json()
        since = page["cursor"]
        for change in page["changes"]:
            out.put(change)


def stream(out):
    response = requests.get(f"{url}/api/events", params={"since": cursor, "collection": "posters"}, stream=True, timeout=60)
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.headers["X-Accel-Buffering"] == "no"
    event = {}
    for line in response.iter_lines(chunk_size=1, decode_unicode=True):
        if line:
            key, _, value = line.partition(": ")
            event[key] = value
            continue
        if event.get("event", "").startswith("file."):
            change = json.loads(event["data"])
            assert event["id"] == change["cursor"] and event["event"] == change["type"]
            out.put(change)
        event = {}


def socket(out):
    with connect(f"{url.replace('http', 'ws', 1)}/api/events/ws") as connection:
        connection.send(json.dumps({"type": "subscribe", "id": "p", "since": cursor, "collections": ["posters"]}))
        first = json.loads(connection.recv())
        assert first == {"type": "subscribed", "id": "p", "cursor": cursor}, first
        for text in connection:
            message = json.loads(text)
            if message["type"] == "event":
                assert message["id"] == "p"
                out.put(message["event"])


readers = {}
for reader in (poll, stream, socket):
    readers[reader.__name__] = queue.Queue()
    threading.Thread(target=reader, args=(readers[reader.__name__],), daemon=True).start()
time.sleep(1)


def heard(kind):
    """The next event of this kind about our file, from each of the three."""
    events = {}
    for reader, out in readers.items():
        while True:
            event = out.get(timeout=10)
            if event["path"].startswith(f"posters/{name}.") and event["type"] == kind:
                events[reader] = event
                break
    return events


with open(path, "rb") as file:
    answer = requests.post(f"{url}/api/upload?collection=posters&name={name}", data=file, timeout=60)
assert answer.status_code == 201, answer.text
record = answer.json()["files"][0]
began = time.monotonic()
created = heard("file.created")
print(f"created: {time.monotonic() - began:.3f} s")
for reader, event in created.items():
    assert event["fileId"] == record["id"] and event["collection"] == "posters", (reader, event)
    assert event["file"]["url"] == record["url"] and event["links"] == [], (reader, event)
assert created["poll"] == created["stream"] == created["socket"], created
assert requests.delete(f"{url}/api/media/{record['id']}", timeout=30).status_code == 204
deleted = heard("file.deleted")
for reader, event in deleted.items():
    assert event["fileId"] == record["id"] and event["path"] == record["path"] and "file" not in event, (reader, event)
assert deleted["poll"] == deleted["stream"] == deleted["socket"], deleted
gone = requests.get(f"{url}/api/changes?since=gone.1", timeout=30)
assert gone.status_code == 410 and gone.json()["code"] == "cursor_expired", gone.text
print("ok")
