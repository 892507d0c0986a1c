"""Holds filmd to its description by schemathesis; ends with status 0 when every response was as it says.

use_schemathesis.py URL DESCRIPTION [EXAMPLES] [further options of "schemathesis run"]

Three callers, one after the other: an administrator, an ordinary person, and somebody without a token. EXAMPLES is the number of
examples of each operation (4); a long run by hand takes hundreds, and "--phases stateful" or "fuzzing".
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

URL, DESCRIPTION = sys.argv[1].rstrip("/"), os.path.abspath(sys.argv[2])
EXAMPLES = sys.argv[3] if len(sys.argv) > 3 else "4"
FURTHER = sys.argv[4:]


def new_id():
    """A UUID of version 7."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = raw[6] & 15 | 0x70, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def ask(method, path, body, token=None):
    fields = {"Content-Type": "application/json"}
    if token:
        fields["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), fields, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def signed_in(name):
    """The first account is the administrator, and may be there already. Each has something that operations can find."""
    password = f"{name} likes films"
    try:
        ask("POST", "/api/accounts", {"id": new_id(), "username": name, "email": f"{name}@example.org", "password": password})
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise
    token = ask("POST", "/api/session", {"username": name, "password": password})["accessToken"]
    movie, comment = new_id(), new_id()
    ask("POST", "/api/movies", {"id": movie, "title": f"A film of {name}", "year": 1927, "rating": 8.3}, token)
    ask("POST", f"/api/movies/{movie}/comments", {"id": comment, "text": "Good", "rating": 9}, token)
    ask("POST", "/api/playlists", {"id": new_id(), "name": "Mine", "visibility": "link"}, token)
    ask("PUT", f"/api/movies/{movie}/history", {"positionSeconds": 12.5, "watched": False}, token)
    return token


def run(caller, options):
    with tempfile.TemporaryDirectory() as folder:
        command = [
            str(pathlib.Path(sys.executable).parent / "schemathesis"), "run", DESCRIPTION, "--url", URL,
            # A request that the description allows may still be refused: the id of nothing, a year in a text.
            "--checks", "all", "--exclude-checks", "positive_data_acceptance",
            # A WebSocket; and what would end the session of the run.
            "--exclude-operation-id", "sync",
            "--seed", "13", "--max-examples", EXAMPLES, "--generation-database", "none", "--continue-on-failure",
            "--suppress-health-check", "all", "--request-timeout", "30", "--warnings", "off", "--no-color", *options, *FURTHER,
        ]
        outcome = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    text = outcome.stdout + outcome.stderr
    print(f"{caller}: {'as described' if outcome.returncode == 0 else text[-12000:]}", flush=True)
    return outcome.returncode == 0


def main():
    outcomes = []
    for name in ("administrator", "member"):
        options = ["--header", f"Authorization: Bearer {signed_in(name)}", "--exclude-operation-id", "signOut"]
        # One caller is enough for what is the same for all: each rule of the description at its edges.
        phases = [] if FURTHER else ["--phases", "coverage,fuzzing" if name == "member" else "fuzzing"]
        outcomes.append(run(name, options + phases))
    outcomes.append(run("nobody", [] if FURTHER else ["--phases", "fuzzing"]))
    if all(outcomes):
        print("the end")
    return 0 if all(outcomes) else 1


sys.exit(main())
