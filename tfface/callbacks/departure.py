"""Last words: something to do when the process is told to end, or ends, in the middle of its work."""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable


class Departure:
    """Calls `last_words(status, reason)` at SIGTERM (`docker stop`, Slurm) and at the end of the process.

    SIGTERM is then handled as before: by the handler that was there, or by ending the process. Only a main thread
    can take signals; elsewhere the end of the process remains. What is done `with` it is done by one thread at a time,
    and is not disturbed by a signal: that waits, since a run that is written to in the middle of a line would tear.
    """

    def __init__(self, last_words: Callable[[str, str], None]):
        self._last_words = last_words
        self._previous = None
        self._handler = self._on_signal
        self._lock, self._depth, self._busy = threading.RLock(), 0, None
        self._waiting = self._process = None
        self._leaving = False

    def __enter__(self):
        self._lock.acquire()
        self._depth += 1
        self._busy = threading.get_ident()

    def __exit__(self, *_):
        self._depth -= 1
        if self._depth:
            return self._lock.release()
        self._busy = None
        self._lock.release()
        if self._waiting and threading.current_thread() is threading.main_thread():
            number, self._waiting = self._waiting, None
            self._leave(number, None)

    def watch(self):
        """Starts watching, unless it does already."""
        if self._process is not None:
            return
        self._process = os.getpid()
        atexit.register(self._at_exit)
        previous = signal.getsignal(signal.SIGTERM)
        # None: a handler that is not Python's, and could not be called; ignored: the user wants to go on
        if threading.current_thread() is threading.main_thread() and previous not in (None, signal.SIG_IGN):
            self._previous = previous
            signal.signal(signal.SIGTERM, self._handler)

    def release(self):
        """Stops watching; a handler that was set meanwhile stays, and may call ours, which passes the signal on."""
        atexit.unregister(self._at_exit)
        self._process = None
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGTERM) is self._handler:
            signal.signal(signal.SIGTERM, self._previous)

    def _on_signal(self, number, frame):
        if self._busy == threading.get_ident():
            self._waiting = number
        else:
            self._leave(number, frame)

    def _leave(self, number, frame):
        if self._leaving:  # told twice, by a scheduler and by a launcher: the first time is being seen to
            return
        self._leaving = True
        self._say("interrupted", "SIGTERM")
        self.release()
        previous, self._previous = self._previous, signal.SIG_DFL  # the one before may have been set after us, too
        self._leaving = False
        if callable(previous):
            previous(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _at_exit(self):
        # the interpreter leaves the error that ended the program here
        status, reason = outcome_of(getattr(sys, "last_value", None))
        self._say(status, reason or "the program ended before the training")

    def _say(self, status, reason):
        if self._process == os.getpid():  # not a process that was forked by the one that trains
            self._last_words(status, reason)


def outcome_of(error: BaseException | None) -> tuple[str, str]:
    """Status and reason of a training that an error (or nothing known) ended."""
    if error is None:
        return "interrupted", ""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", str(error) or "KeyboardInterrupt"
    if isinstance(error, FloatingPointError):  # the NonFiniteMonitor's
        return "diverged", str(error)[:1000]
    return "failed", f"{type(error).__name__}: {error}"[:1000]
