"""Ctrl-C and SIGTERM in training: the step under way is finished, so that what is saved is a whole number of steps."""

import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import contextmanager

_LISTENED = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Hears Ctrl-C and SIGTERM, for somebody to stop the training when it may be stopped.

    A second Ctrl-C stops at once, in the middle of the step. A second SIGTERM changes nothing: it is one cluster that
    says twice, by its scheduler and by its launcher, that time is running out.

    Attributes:
        requested: the signal that came; None before.
        at_once: whether a step was broken off, so that the weights may be between two states.
    """

    def __init__(self):
        self.requested: signal.Signals | None = None
        self.at_once = False

    @contextmanager
    def listening(self):
        """Takes both signals over: in the main thread, and unless they are ignored, as Ctrl-C in a background job."""
        former = {number: signal.getsignal(number) for number in _LISTENED}
        former = {number: handler for number, handler in former.items() if handler not in (None, signal.SIG_IGN)}
        if threading.current_thread() is not threading.main_thread():
            former = {}
        for number in former:
            signal.signal(number, self._request)
        try:
            yield self
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    @property
    def came(self) -> list[bool]:
        """Whether Ctrl-C came, whether SIGTERM did."""
        return [self.requested == number for number in _LISTENED]

    def stop_if(self, came: Sequence[bool]) -> None:
        """Raises KeyboardInterrupt if a signal came to this process or to one that trains with it."""
        if any(came):
            self.requested = max(number for number, this in zip(_LISTENED, came, strict=True) if this)
            raise KeyboardInterrupt(self.requested.name)

    def _request(self, number, frame):
        if number == signal.SIGINT and self.requested == signal.SIGINT:
            self.at_once = True
            raise KeyboardInterrupt("SIGINT")
        if self.requested is None:
            hint = "; Ctrl-C again stops at once" if number == signal.SIGINT else ", then saving"
            print(f"\n{signal.Signals(number).name}: finishing this step{hint}", file=sys.stderr)
        self.requested = signal.Signals(number)
