"""The best epoch of a training."""

import math

_MORE_IS_BETTER = ("acc", "auc", "tar@", "rank", "precision", "recall", "f1")
MODES = ("auto", "min", "max")


class Best:
    """Remembers the values of the epoch in which one of them was best.

    Args:
        monitor: the value to go by; None for `val_loss`, or else `loss`.
        mode: `"min"`, `"max"`, or `"auto"` to tell from the name.

    Raises:
        ValueError: unknown mode.
    """

    def __init__(self, monitor: str | None = None, mode: str = "auto"):
        if mode not in MODES:
            raise ValueError(f"mode: expected one of {', '.join(MODES)}, got {mode!r}")
        self.monitor, self.mode = monitor, mode
        self.epoch, self.values, self.last = None, {}, {}

    def see(self, epoch: int, values: dict[str, float]) -> bool:
        """An epoch's values; whether they are the best so far."""
        self.last = {**self.last, **values}
        self.monitor = self.monitor or ("val_loss" if "val_loss" in values else "loss")
        value = values.get(self.monitor, math.nan)
        best = math.isfinite(value) and (not self.values or self._better(value))
        if best:
            self.epoch, self.values = epoch, values
        return best

    def summary(self) -> dict:
        """The best epoch and its values."""
        return {"best_epoch": self.epoch, "best": self.values} if self.values else {}

    def to_dict(self) -> dict:
        """All that is remembered, to `restore` it when a training is resumed."""
        return {"monitor": self.monitor, "epoch": self.epoch, "values": self.values, "last": self.last}

    def restore(self, remembered: dict):
        """Remembers what `to_dict` gave."""
        self.monitor, self.epoch = remembered["monitor"], remembered["epoch"]
        self.values, self.last = remembered["values"], remembered["last"]

    def _better(self, value: float) -> bool:
        named_so = any(word in self.monitor.lower() for word in _MORE_IS_BETTER)
        more = self.mode == "max" or (self.mode == "auto" and named_so)
        former = self.values[self.monitor]
        return value > former if more else value < former
