"""Chromium with a fresh profile, driven by chromedriver (WebDriver)."""
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

from support import parents

FLAGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900", "--disable-background-networking"]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self, profile: str | None = None, language: str = "en"):
        self.profile = profile or tempfile.mkdtemp(prefix="mediad-browser-")
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.profile
        )
        for line in self.driver.stdout:
            if found := re.search(r"successfully on port (\d+)", line):
                break
        else:
            sys.exit("chromedriver did not start")
        self.address = f"http://127.0.0.1:{found[1]}/session"
        options = {"args": [*FLAGS, f"--user-data-dir={self.profile}/data", f"--lang={language}"]}
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
        self.session = self.ask("POST", "", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]
        self.address += f"/{self.session}"
        self.ask("POST", "/timeouts", {"script": 600_000, "pageLoad": 60_000})

    def ask(self, method: str, path: str, body=None):
        request = urllib.request.Request(self.address + path, method=method)
        if method == "POST":
            request.data = json.dumps(body or {}).encode()
        try:
            with urllib.request.urlopen(request, timeout=700) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            sys.exit(f"chromedriver: {method} {path}: {error.read().decode()[:600]}")

    def go(self, url: str) -> None:
        self.ask("POST", "/url", {"url": url})

    def run(self, script: str, *arguments):
        """The value that a function's body returns; it may await."""
        script = f"const done = arguments[arguments.length - 1]; (async (...given) => {{ {script} }})(...arguments).then(done, (e) => done('failed: ' + e))"
        return self.ask("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def until(self, script: str, *arguments, patience: float = 60):
        """The first value that is one. Asks some times a second."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if value := self.run(script, *arguments):
                return value
            time.sleep(0.1)
        lines = [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})][-5:]
        sys.exit(f"the page never came to: {script}\n" + "\n".join(lines))

    def find(self, selector: str) -> str:
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def type(self, selector: str, text: str) -> None:
        self.ask("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def click(self, selector: str) -> None:
        self.ask("POST", f"/element/{self.find(selector)}/click")

    def actions(self, *sources: dict) -> None:
        """Real input (WebDriver, section 15)."""
        self.ask("POST", "/actions", {"actions": list(sources)})

    def wheel(self, steps: int, height: int, pause: int) -> None:
        scroll = {"type": "scroll", "x": 600, "y": 500, "deltaX": 0, "deltaY": height, "duration": 0, "origin": "viewport"}
        turns = [action for _ in range(steps) for action in (scroll, {"type": "pause", "duration": pause})]
        self.actions({"type": "wheel", "id": "wheel", "actions": turns})

    def keys(self, text: str, pause: int) -> None:
        turns = []
        for key in text:
            turns += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}, {"type": "pause", "duration": pause}]
        self.actions({"type": "key", "id": "keys", "actions": turns})

    def network(self) -> list[dict]:
        """What was transferred since the last call: {url, bytes, type, from}; bytes with header fields, as they came."""
        found: dict[str, dict] = {}
        for entry in self.ask("POST", "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            parameters = message["params"]
            one = found.setdefault(parameters.get("requestId", ""), {"url": "", "bytes": 0, "cached": False})
            if message["method"] == "Network.requestWillBeSent":
                one["url"] = parameters["request"]["url"]
            elif message["method"] == "Network.responseReceived":
                response = parameters["response"]
                one["cached"] = bool(response.get("fromDiskCache") or response.get("fromServiceWorker"))
            elif message["method"] == "Network.loadingFinished":
                one["bytes"] = int(parameters["encodedDataLength"])
        return [one for one in found.values() if one["url"].startswith("http")]

    def kill(self) -> "Browser":
        """Kills all of the browser in the middle of what it does, and starts it again with the same profile."""
        children: dict[int, list[int]] = {}
        for pid, parent in parents():
            children.setdefault(parent, []).append(pid)
        found = [self.driver.pid]
        for pid in found:
            found += children.get(pid, [])
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        self.driver.wait(timeout=30)
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            Path(f"{self.profile}/data/{name}").unlink(missing_ok=True)
        return Browser(self.profile)

    def sign_in(self, name: str, password: str) -> None:
        """On the page's own form."""
        self.until("return document.querySelector('.sign-in form') !== null")
        # The name of the one before may stand there.
        self.ask("POST", f"/element/{self.find('input[autocomplete=username]')}/clear")
        self.type("input[autocomplete=username]", name)
        self.type("input[type=password]", password)
        self.click(".sign-in form button.primary")

    def stop(self) -> None:
        self.ask("DELETE", "")
        self.driver.terminate()
        self.driver.wait(timeout=30)
        shutil.rmtree(self.profile, ignore_errors=True)
