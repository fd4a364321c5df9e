"""Drives a headless Chromium without a network, over its debugging protocol."""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_OPTIONS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--hide-scrollbars", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    *("--proxy-server=127.0.0.1:9", "--remote-debugging-port=0", "--remote-allow-origins=*"),
]


class Browser:
    """One page of one browser; what it complains of, and what it asks the network for, is kept."""

    def __init__(self, folder: Path):
        import websocket  # comes with the neptune client

        profile = Path(tempfile.mkdtemp(dir=folder))
        self._process = subprocess.Popen(
            [CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        port, path = self._until(lambda: self._port_file(profile)).split("\n")
        self._number, self._session, self.complaints, self.requests = 0, None, [], []
        self._socket = websocket.create_connection(f"ws://127.0.0.1:{port}{path}", timeout=60, suppress_origin=True)
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), eventsEnabled=False)

    @staticmethod
    def _port_file(profile):
        file = profile / "DevToolsActivePort"
        text = file.read_text() if file.exists() else ""
        return text if text.count("\n") == 1 else None

    @staticmethod
    def _until(found, seconds=60):
        end = time.monotonic() + seconds
        while not (value := found()):
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds} s")
            time.sleep(0.02)
        return value

    def send(self, method, **parameters):
        """One command of the protocol; returns its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session and not method.startswith("Browser."):
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def _note(self, event):
        name, details = event.get("method"), event.get("params", {})
        if name == "Runtime.exceptionThrown":
            thrown = details["exceptionDetails"]
            self.complaints.append(thrown.get("exception", {}).get("description") or thrown["text"])
        elif name == "Log.entryAdded" and details["entry"]["level"] == "error":
            self.complaints.append(details["entry"]["text"])
        elif name == "Network.requestWillBeSent":
            self.requests.append(details["request"]["url"])

    def run(self, script):
        """The value of a JavaScript expression, awaited."""
        result = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description"))
        return result["result"].get("value")

    def wait(self, script, seconds=60):
        """Waits until an expression is true."""
        return self._until(lambda: self.run(script), seconds)

    def open(self, path, width=1280, height=900, view="", dark=False):
        """Opens a page and waits until it is drawn."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.send("Emulation.setEmulatedMedia", features=scheme, media="")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=path.as_uri() + (f"#{view}" if view else ""))
        self.wait("document.documentElement?.dataset.ready === 'true' || !!document.querySelector('[role=alert]')")

    def click(self, selector):
        self.run(f"document.querySelector({selector!r}).click()")

    def press(self, key, code=None, text=""):
        for kind in ("keyDown", "keyUp"):
            self.send(
                "Input.dispatchKeyEvent", type=kind, key=key, code=code or key, windowsVirtualKeyCode=_KEYS.get(key, 0),
                text=text if kind == "keyDown" else "",
            )  # fmt: skip

    def drag(self, x, start, end):
        """Presses the mouse at (x, start), moves it to (x, end) and lets go."""
        for kind, y in (("mousePressed", start), ("mouseMoved", (start + end) / 2), ("mouseMoved", end)):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=end, button="left", clickCount=1)

    def screenshot(self, path, full=False):
        if full:
            height = self.run("Math.ceil(document.documentElement.scrollHeight)")
            width = self.run("innerWidth")
            self.send(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            time.sleep(0.6)
        taken = self.send("Page.captureScreenshot", format="png")
        Path(path).write_bytes(base64.b64decode(taken["data"]))

    def pdf(self, landscape=False):
        """The page as it is printed on A4."""
        printed = self.send("Page.printToPDF", landscape=landscape, paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(printed["data"])

    def close(self):
        self._socket.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowRight": 39}
