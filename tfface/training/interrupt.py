"""Ctrl-C during training: the step under way is finished, so that what is saved is a whole number of steps."""

import signal
import sys
import threading
from contextlib import contextmanager

from tensorflow import keras


class Interrupt(keras.callbacks.Callback):
    """Raises KeyboardInterrupt after the step, or the end of the epoch, during which Ctrl-C came.

    A second Ctrl-C stops at once, in the middle of the step. It stands last among the callbacks, so that the others
    have seen the step.

    Attributes:
        at_once: whether a step was broken off, so that the weights may be between two states.
    """

    def __init__(self):
        super().__init__()
        self.requested = False
        self.at_once = False

    @contextmanager
    def listening(self):
        """Takes Ctrl-C over from Python: in the main thread, and unless it is ignored, as in a background job."""
        former = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or former in (None, signal.SIG_IGN):
            yield self
            return
        signal.signal(signal.SIGINT, self._request)
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, former)

    def stop_if_requested(self):
        if self.requested:
            raise KeyboardInterrupt

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 < self.params["steps"]:  # after the last one comes the end of the epoch
            self.stop_if_requested()

    def on_epoch_end(self, epoch, logs=None):
        self.stop_if_requested()

    def _request(self, number, frame):
        if self.requested:
            self.at_once = True
            raise KeyboardInterrupt
        self.requested = True
        print("\nfinishing this step; Ctrl-C again stops at once", file=sys.stderr)
