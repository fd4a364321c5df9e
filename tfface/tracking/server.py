"""Asking a Neptune-compatible server for a run without waiting for it longer than seconds."""

import base64
import json
import os
import threading
from urllib.parse import urlsplit

HINT = (
    "hosted Neptune was shut down in March 2026: NEPTUNE_API_TOKEN must be the token of a server "
    "that speaks its protocol"
)


class NoAnswer(Exception):
    """No run from the server; the message says why, in one line."""


def within(seconds: float, open_run):
    """The run `open_run()` gives, if it comes within `seconds`.

    The client's own limits are minutes (61 s for a refused port, 600 s for a silent host), so the call goes to a
    daemon thread that is left behind. A run that arrives late is closed.

    Raises:
        NoAnswer: no token, one of the service that is gone, an error, or no answer in time.
    """
    token = os.environ.get("NEPTUNE_API_TOKEN")
    if not token:
        raise NoAnswer(f"NEPTUNE_API_TOKEN is not set ({HINT})")
    if _host(token).endswith("neptune.ai"):
        raise NoAnswer(f"NEPTUNE_API_TOKEN is one of the hosted service ({HINT})")
    outcome, lock, done = {}, threading.Lock(), threading.Event()

    def attempt():
        try:
            run, error = open_run(), None
        except Exception as caught:
            run, error = None, caught
        with lock:
            late = outcome.get("abandoned", False)
            outcome.update(run=run, error=error)
        done.set()
        if late and run is not None:
            run.stop(seconds=1)

    threading.Thread(target=attempt, name="tfface-server", daemon=True).start()
    done.wait(seconds)
    with lock:
        if not outcome:
            outcome["abandoned"] = True
            raise NoAnswer(f"the server gave no run within {seconds:g} s")
    if outcome["error"] is not None:
        raise NoAnswer(f"the server gave no run ({type(outcome['error']).__name__}; {HINT})")
    return outcome["run"]


def _host(token: str) -> str:
    """The server that a token names; "" if it cannot be read, which is for the client to say."""
    try:
        return urlsplit(json.loads(base64.b64decode(token))["api_address"]).hostname or ""
    except (ValueError, KeyError, TypeError):
        return ""
