"""Asking a Neptune-compatible server for a run without waiting for it longer than seconds."""

import os
import threading

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
        NoAnswer: no token, an error, or no answer in time.
    """
    if not os.environ.get("NEPTUNE_API_TOKEN"):
        raise NoAnswer(f"NEPTUNE_API_TOKEN is not set ({HINT})")
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
