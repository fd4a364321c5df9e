"""Something that is done every so many seconds, whatever the training is doing meanwhile."""

import threading
from collections.abc import Callable


class Ticker:
    """Calls `work` every `seconds` in a thread of its own, between `start` and `stop`."""

    def __init__(self, seconds: float, work: Callable[[], None]):
        self._seconds, self._work = seconds, work
        self._stopped = None

    def start(self):
        """Starts, unless it runs already."""
        if self._stopped is None:
            self._stopped = threading.Event()
            threading.Thread(target=self._run, args=(self._stopped,), name="tfface-ticker", daemon=True).start()

    def stop(self):
        """Stops, without waiting for work under way."""
        if self._stopped is not None:
            self._stopped.set()
            self._stopped = None

    def _run(self, stopped):
        while not stopped.wait(self._seconds):
            self._work()
