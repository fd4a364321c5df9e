"""Numbers that are not finite: when in training, in which part of the loss, and from which layer on."""

from __future__ import annotations

import logging
import math

import numpy as np
from tensorflow import keras

from .._check import whole
from ..tracking import layout
from . import bad_layer
from .describe import learning_rate, number
from .diagnosis import parts_of
from .findings import tell

_logger = logging.getLogger("tfface")


class NonFiniteError(FloatingPointError):
    """A loss became NaN or infinite.

    Attributes:
        epoch, step: when, both counted from 1; the step is None if only the epoch's own figures show it.
        parts: the parts of the loss that are not finite, by their name in the logs.
        layer: the first bad layer; None where it cannot be told.
    """

    def __init__(self, message: str, epoch: int, step: int | None, parts: tuple[str, ...], layer: str | None):
        super().__init__(message)
        self.epoch, self.step, self.parts, self.layer = epoch, step, parts, layer


class NonFiniteMonitor(keras.callbacks.Callback):
    """Says at which step a loss became NaN or infinite, in which part of it, and which layer was the first.

    Put it first, so that it comes before those who would save such a model. The steps are not slowed down: their losses
    stay where they are and are read `every` steps, all at once, so what is named is still the very step (with
    `steps_per_execution`, the last of those that ran together). Together with them it is noted, without waiting, which
    weights are finite.

    The step that fails spoils all weights, so the first bad layer is told from the weights as they were before, when
    they were last noted: with `every=1` those that the failing step began with. A layer is named if its weights are not
    finite (gradients run backwards: of several such layers the last is where it began), or, with `images`, if it is the
    first with an output that is not finite for them. Then the backbone's weights are copied each time, on their device.

    Args:
        stop: raise `NonFiniteError`; if not, one warning for each part of the loss.
        every: steps between two looks.
        images: some images (N, H, W, C) as the model takes them, to find the layer; None to go by weights alone.

    Raises:
        ValueError: `every` is below 1, or the images are not finite.
        NonFiniteError: during training, as asked.

    Example:
        >>> watch = tfface.callbacks.NonFiniteMonitor(images=images[:8])
        >>> history = model.fit(batches, epochs=1, callbacks=[watch], verbose=0)
    """

    def __init__(self, stop: bool = True, every: int = 20, images: np.ndarray | None = None):
        super().__init__()
        if images is not None and not np.isfinite(images).all():
            raise ValueError("images: expected finite numbers, got NaN or infinity")
        self.stop = stop
        self.every = whole("every", every, 1)
        self.images = images
        # Keras 2: leave the values of each batch on their device. Keras 3: take them in a thread of their own,
        # unless each weight that is noted must be in step with them.
        self._supports_tf_logs = True
        self.async_safe = images is None and every > 1

    def on_train_begin(self, logs=None):
        self._warned = set()
        self._losses = {"loss", *parts_of(self.model)}
        self._epoch = 0
        self._take("the beginning")

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch + 1
        self._unread = []
        self._looked = 0

    def on_train_batch_begin(self, batch, logs=None):
        if batch - self._looked >= self.every:
            self._look(batch)

    def on_train_batch_end(self, batch, logs=None):
        self._unread.append((batch + 1, logs or {}))

    def on_epoch_end(self, epoch, logs=None):
        self._look(None)
        self._check(None, logs or {})

    def _look(self, step):
        """Reads the losses of the steps since the last look."""
        unread, self._unread = sorted(self._unread, key=lambda entry: entry[0]), []
        for done, logs in unread:
            self._check(done, logs)
        self._looked = step or 0
        if step is None or (unread and unread[-1][0] == step):  # not if a thread is still to bring the last ones
            self._take(f"step {step} of epoch {self._epoch}" if step else f"the end of epoch {self._epoch}")

    def _take(self, when):
        if not self._warned:  # after that, weights tell nothing
            self._before = when, bad_layer.snapshot(self.model, copy=self.images is not None)

    def _check(self, step, logs):
        values = {name: number(value) for name, value in logs.items() if self._is_loss(name)}
        bad = [name for name, value in values.items() if not math.isfinite(value)]
        parts = tuple(name for name in bad if name not in ("loss", "val_loss")) or tuple(bad)
        if not bad or self._warned.issuperset(parts):
            return
        layer, found = self._layer()
        when = f"step {step} of epoch {self._epoch}" if step else f"epoch {self._epoch}"
        message = f"{when}: {self._told(parts, values)}; {found}; usual causes: {self._causes()}"
        self._warned.update(parts)
        found = {"problem": message, "epoch": self._epoch, "step": step, "layer": layer}
        tell(self.model, lambda journal: self._log(journal, parts[0], found))
        if self.stop:
            raise NonFiniteError(message, self._epoch, step, parts, layer)
        _logger.warning("not finite: %s", message)

    def _log(self, journal, part, found):
        known = {name: value for name, value in found.items() if value is not None}
        journal.log.update(f"{layout.MONITORS}/nonfinite", known)
        journal.diverge(part, found["problem"], ends=self.stop)

    def _is_loss(self, name):
        return name.removeprefix("val_") in self._losses or name.endswith("loss")

    def _told(self, parts, values):
        told = " and ".join(f"{self._named(name)} is {values[name]}" for name in parts)
        fine = [name for name in values if name not in (*parts, "loss", "val_loss")]
        if fine and parts == ("loss",):
            return f"{told} though its parts are finite: look at the layers' own losses"
        if fine:
            return f"{told}, but not {' and '.join(fine)}"
        return f"{told}: in all parts, so the embeddings are not finite" if len(parts) > 1 else told

    def _named(self, name):
        part, _ = parts_of(self.model).get(name, (None, 1.0))
        kind = getattr(part, "name", None)
        return name if kind in (None, name) else f"{name} ({kind})"

    def _layer(self):
        """The first bad layer, if it can be told, and what is known about it."""
        when, taken = self._before
        bad = bad_layer.with_bad_weights(taken)
        if bad:
            others = f", the last of {len(bad)} from {bad[0]!r} on (gradients run backwards)" if len(bad) > 1 else ""
            return bad[-1], f"first bad layer: {bad[-1]!r}, with weights that were not finite at {when}{others}"
        if not taken.backbone:
            return None, (
                f"at {when} all weights were finite; NonFiniteMonitor(every=1, images=...) can name the first bad layer"
            )
        outputs = bad_layer.outputs(self.model, self.images, taken)
        if outputs.bad:
            return (
                outputs.bad,
                f"first bad layer: {outputs.bad!r}, whose output is not finite with the weights of {when}",
            )
        name, size = outputs.largest
        hint = "" if self.every == 1 else "; every=1 looks nearer"
        return None, f"at {when} all layers were finite, the largest output, {size:.2g}, in {name!r}{hint}"

    def _causes(self):
        causes = [f"a learning rate that is too high (now {learning_rate(self.model.optimizer):g})"]
        half = "float16" in str(getattr(bad_layer.backbone_of(self.model), "compute_dtype", ""))
        causes.append("a scale or embeddings too large for float16" if half else "a scale that is too large")
        reach = "" if self.images is None else f" (these reach {np.max(np.abs(self.images)):.3g})"
        return f"{', '.join(causes)}, images that are not standardised{reach} or not finite"
