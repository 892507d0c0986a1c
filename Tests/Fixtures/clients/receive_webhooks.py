"""Receives webhooks, verifies them with the library standardwebhooks, and prints a line of JSON for each.

receive_webhooks.py SECRETS   (a file with a secret in each line, which may be written after the start; read for each message)

The first line is the port. The path says what becomes of a message:
/ok             it is taken
/fail/N         the first N get 500
/hang/N         the first N are printed and never answered
/redirect       307 to /ok
"""

import http.server
import json
import sys
import threading
import time

import standardwebhooks

counts = {}
lock = threading.Lock()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            count = counts[self.path] = counts.get(self.path, 0) + 1
            verified = []
            event = None
            for secret in open(sys.argv[1]).read().split():
                try:
                    event = standardwebhooks.Webhook(secret).verify(body, dict(self.headers))
                    verified.append(True)
                except standardwebhooks.WebhookVerificationError:
                    verified.append(False)
            line = {"path": self.path, "id": self.headers["webhook-id"], "verified": verified, "event": event}
            print(json.dumps(line), flush=True)
        word, _, number = self.path[1:].partition("/")
        if word == "hang" and count <= int(number):
            time.sleep(3600)
        status = 500 if word == "fail" and count <= int(number) else 307 if word == "redirect" else 204
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "/ok")
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
