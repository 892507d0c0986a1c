#!/usr/bin/env bash
# Python's http.client takes the interim response 104 for the final one, and with it requests and urllib3.
#
# One would guess: every 1xx is interim (RFC 9110 section 15.2: a client must be able to parse one or more of them before the final
# response), so a client that does not know 104 (Upload Resumption Supported, of the IETF's resumable uploads) skips it.
#
# What happens: only 100 is skipped. 104 (and 102, 103) are returned as the response: its status is 104, its body is empty, and status, fields
# and body of the real response stay in the connection unread.
#
# Why it matters: a server that announces the URL of an upload by 104, as the draft asks, breaks every script and service that uploads with
# Python: the upload is stored, and its sender reads neither where nor whether. A server should send 104 only to whoever said it knows it.
#
# Seen: http.client of CPython 3.11.7, requests 2.34.2 with urllib3 2.8.0, 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q requests==2.34.2 urllib3==2.8.0
"$folder/venv/bin/python" - <<'PYTHON'
import socket
import sys
import threading

import requests
import urllib3

RESPONSES = (
    b"HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /uploads/1\r\n\r\n"
    b"HTTP/1.1 201 Created\r\nContent-Length: 6\r\nConnection: close\r\n\r\nstored"
)
listener = socket.create_server(("127.0.0.1", 0))


def serve():
    connection, _ = listener.accept()
    data = b""
    while not data.endswith(b"hello"):
        data += connection.recv(4096)
    connection.sendall(RESPONSES)
    connection.close()


threading.Thread(target=serve, daemon=True).start()
response = requests.post(f"http://127.0.0.1:{listener.getsockname()[1]}/uploads", data=b"hello", timeout=10)
print("CPython", sys.version.split()[0], "requests", requests.__version__, "urllib3", urllib3.__version__)
print("sent: 104, then 201 with the body 'stored'; read:", response.status_code, response.content)
assert (response.status_code, response.content) == (104, b""), "this has changed"
PYTHON
