"""Ctrl-C and SIGTERM in training: the step under way is finished, so that what is saved is a whole number of steps."""

import signal
import sys
import threading
from contextlib import contextmanager

from tensorflow import keras

from .workers import Workers

_LISTENED = (signal.SIGINT, signal.SIGTERM)


class Interrupt(keras.callbacks.Callback):
    """Raises KeyboardInterrupt after the step, or the end of the epoch, during which Ctrl-C or SIGTERM came.

    A second Ctrl-C stops at once, in the middle of the step. A second SIGTERM changes nothing: it is one cluster that
    says twice, by its scheduler and by its launcher, that time is running out. It stands last among the callbacks, so
    that the others have seen the step.

    Args:
        workers: who has to stop together.

    Attributes:
        requested: the signal that came; None before.
        at_once: whether a step was broken off, so that the weights may be between two states.
    """

    def __init__(self, workers: Workers):
        super().__init__()
        self.workers = workers
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

    def stop_if_requested(self):
        """Raises KeyboardInterrupt if a signal came to any worker."""
        came = self.workers.any(*(self.requested == number for number in _LISTENED))
        if any(came):
            self.requested = max(number for number, wish in zip(_LISTENED, came, strict=True) if wish)
            raise KeyboardInterrupt(self.requested.name)

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 < self.params["steps"]:  # after the last one comes the end of the epoch
            self.stop_if_requested()

    def on_epoch_end(self, epoch, logs=None):
        self.stop_if_requested()

    def _request(self, number, frame):
        if number == signal.SIGINT and self.requested == signal.SIGINT:
            self.at_once = True
            raise KeyboardInterrupt("SIGINT")
        if self.requested is None:
            hint = "; Ctrl-C again stops at once" if number == signal.SIGINT else ", then saving"
            print(f"\n{signal.Signals(number).name}: finishing this step{hint}", file=sys.stderr)
        self.requested = signal.Signals(number)
