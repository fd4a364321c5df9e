"""How far a training has come, through several calls of `fit`."""

from .describe import number


class Counter:
    """Counts epochs and optimiser iterations as they really were.

    Attributes:
        epoch: the one under way, counted from 1.
    """

    def __init__(self):
        self.epoch = 0
        self._completed = self._offset = 0
        self._first, self._batches, self._every = 0, 0, 1

    def begin(self, epoch: int, optimizer):
        """Keras' epoch begins, which counts from 0 in each `fit` unless it is told an `initial_epoch`."""
        if epoch + self._offset < self._completed:
            self._offset = self._completed - epoch
        self.epoch = epoch + self._offset + 1
        self._every = getattr(optimizer, "gradient_accumulation_steps", None) or 1
        # loss scaling takes iterations back, and a curve must not; a training of its own kind may have no optimiser
        counted = self._first + self._batches
        self._first = counted if optimizer is None else max(self._first, _calls(optimizer))
        self._batches = 0

    def batch(self, batch: int) -> int:
        """A batch of the epoch was done, counted from 0; the optimiser's iterations by then."""
        self._batches = max(self._batches, batch + 1)  # Keras 3 may tell them in threads, not always in their order
        return (self._first + batch + 1) // self._every

    def end(self):
        """The epoch came to its end."""
        self._completed = self.epoch

    @property
    def iterations(self) -> int:
        """The optimiser's iterations after the last batch."""
        return (self._first + self._batches) // self._every


def _calls(optimizer) -> int:
    """How often gradients were applied, or added up to be applied together."""
    accumulates = getattr(optimizer, "gradient_accumulation_steps", None)
    return int(number(optimizer._iterations if accumulates else optimizer.iterations))
