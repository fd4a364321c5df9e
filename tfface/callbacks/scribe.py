"""Keeps a journal whatever happens: between threads, signals and errors."""

import logging
from collections.abc import Callable

from ..tracking import RunLog, layout
from ..tracking.log import first_line
from .departure import Departure
from .journal import Journal
from .ticker import Ticker

_logger = logging.getLogger("tfface")


class Scribe:
    """Writes to a run: one thread at a time, undisturbed by signals, and without ever raising.

    While a training goes on, what was written is brought to the disk every `flush_every` seconds, and its end is noted
    at SIGTERM and at the end of the process.

    Args:
        run: the run, which stays open; None to open one.
        opens: opens a run of our own.
        keep: makes the `Journal` of a `RunLog`.
        flush_every: seconds.
    """

    def __init__(self, run, opens: Callable, keep: Callable[[RunLog], Journal], flush_every: float):
        self._opens = opens if run is None else None
        self._keep = keep
        self.journal = None if run is None else keep(RunLog(run))
        self._departure = Departure(self._last_words)
        self._ticker = Ticker(flush_every, lambda: self.write("flush", Journal.flush))

    def write(self, action: str, entry: Callable[[Journal], None]):
        """Lets an entry be written; if that fails, one warning line says what was being done."""
        with self._departure:
            try:
                if self.journal is not None:
                    entry(self.journal)
            except Exception as error:
                self.journal.log.warn(action, error)

    def begin(self):
        """A training begins: there must be a run from now on."""
        with self._departure:
            if self._opens is not None and (self.journal is None or self.journal.log.closed):
                try:
                    self.journal = self._keep(RunLog(self._opens()))
                except Exception as error:
                    _logger.warning("tracking: no run was started (%s); training is not logged", first_line(error))
        self._departure.watch()
        self._ticker.start()

    def pause(self):
        """The training is over."""
        self._ticker.stop()
        self._departure.release()

    def dismiss(self):
        """Another process writes."""
        self._opens = self.journal = None

    def close(self, status: str | None, reason: str):
        """The last lines, if they were not written yet; a run of our own is closed."""
        self.pause()
        if self.journal is None or self.journal.log.closed:
            return
        if status or self.journal.status == layout.RUNNING:
            status, reason = status or layout.INTERRUPTED, reason or "closed before the training ended"
            self.write("close", lambda journal: journal.conclude(status, reason))
        if self._opens is not None:
            self.journal.log.stop()

    def _last_words(self, status: str, reason: str):
        journal = self.journal
        if journal is not None and journal.status == layout.RUNNING and not journal.log.closed:
            self.write("the last words", lambda journal: journal.conclude(status, reason))
