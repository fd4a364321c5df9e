"""Angles and norms during training: what the margin of a loss does to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from tensorflow import keras

from .._check import whole
from ..evaluation import class_angles, embed
from ..tracking import layout
from .figures import draw_angles, log_figure
from .findings import tell

_FIGURES = {
    "mean": np.mean,
    "median": np.median,
    "p5": lambda values: np.percentile(values, 5),
    "p95": lambda values: np.percentile(values, 95),
}


class Histogram(NamedTuple):
    """How values are spread at the end of an epoch.

    Attributes:
        epoch: counted from 1.
        counts: (bins,) how many values lie between two edges.
        edges: (bins + 1,)
    """

    epoch: int
    counts: np.ndarray
    edges: np.ndarray


class AngleMonitor(keras.callbacks.Callback):
    """Follows the angle to the own class, the angle to the nearest wrong class, and the norms of embeddings.

    For models with a `CosineHead`: a `FaceModel`, or a plain Keras model that ends in one. At the end of epochs it adds
    to the logs, in radians, `angle_own_mean`, `…_median`, `…_p5` and `…_p95` (percentiles) of θ_y, the same of
    `angle_nearest` and of `embedding_norm`; put it before the callbacks that read them. Where training goes well θ_y
    falls below the angle to the nearest wrong class, by the margin and more. The histograms are kept as arrays; the run
    of a `NeptuneCallback` gets them as JSON and, where matplotlib is installed, as a picture, at the end of `fit`.

    Args:
        images: (N, H, W, C) as the model takes them, of classes that are trained; some hundred are enough.
        labels: class ids (N,).
        bins: of the histograms; those of angles go from 0 to π.
        every: epochs between two measurements; the last epoch of `fit` always has one.
        name: of the set, in the run: `monitors/<name>/histograms`, `figures/<name>`.
        batch_size: images embedded at a time.

    Attributes:
        histograms: `angle_own`, `angle_nearest` and `embedding_norm` → a list of `Histogram`, one for each measurement.

    Raises:
        ValueError: an argument outside its domain, or labels that fit neither the images nor the head.
        TypeError: when training begins, the model has no `CosineHead`.

    Example:
        >>> watch = tfface.callbacks.AngleMonitor(images, labels, bins=20)
        >>> history = model.fit(batches, epochs=2, callbacks=[watch], verbose=0).history
        >>> len(history["angle_own_mean"]), int(watch.histograms["angle_own"][-1].counts.sum())
        (2, 40)
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        bins: int = 90,
        every: int = 1,
        name: str = "angles",
        batch_size: int = 256,
    ):
        super().__init__()
        if np.shape(labels) != (len(images),) or not len(images):
            raise ValueError(f"labels: expected one for each of {len(images)} images, got shape {np.shape(labels)}")
        self.images = images
        self.labels = np.asarray(labels)
        self.bins = whole("bins", bins, 1)
        self.every = whole("every", every, 1)
        self.name = name
        self.batch_size = whole("batch_size", batch_size, 1)
        self.histograms = {}

    def on_train_begin(self, logs=None):
        self._embedder, self._head = _parts(self.model)
        classes = self._head.num_classes
        if self.labels.min() < 0 or self.labels.max() >= classes:
            raise ValueError(
                f"labels: expected the class ids 0 to {classes - 1} of the head, got {self.labels.min()} to "
                f"{self.labels.max()}: angles to the own class are those of people trained on"
            )

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measure if it is this epoch's turn, and add the figures to `logs`."""
        if (epoch + 1) % self.every and epoch + 1 != self.params.get("epochs"):
            return
        for name, values in self.measure().items():
            finite = values[np.isfinite(values)]
            reach = (0.0, np.pi) if name.startswith("angle") else None
            self.histograms.setdefault(name, []).append(Histogram(epoch + 1, *np.histogram(finite, self.bins, reach)))
            if logs is not None:
                logs.update((f"{name}_{figure}", float(of(values))) for figure, of in _FIGURES.items())

    def on_train_end(self, logs=None):
        if self.histograms:
            tell(self.model, self._log)

    def _log(self, journal):
        journal.log.json(f"{layout.MONITORS}/{layout.segment(self.name)}/histograms", self.to_dict())
        log_figure(journal.log, self.name, self.picture)

    def measure(self) -> dict[str, np.ndarray]:
        """Measure now; returns `angle_own`, `angle_nearest` and `embedding_norm`, (N,) each."""
        embeddings = embed(self._embedder, self.images, self.batch_size)
        own, nearest = [], []
        with self.model.distribute_strategy.scope():
            for at in range(0, len(embeddings), self.batch_size):
                some = slice(at, at + self.batch_size)
                angles = class_angles(self._head(embeddings[some]), self.labels[some])
                own.append(angles.own)
                nearest.append(angles.nearest)
        return {
            "angle_own": np.concatenate(own),
            "angle_nearest": np.concatenate(nearest),
            "embedding_norm": np.linalg.norm(embeddings, axis=1),
        }

    def to_dict(self) -> dict:
        """The histograms as plain lists."""
        return {
            name: [{"epoch": one.epoch, "counts": one.counts.tolist(), "edges": one.edges.tolist()} for one in found]
            for name, found in self.histograms.items()
        }

    def picture(self) -> bytes:
        """The histograms of the first and the last measurement, as a PNG."""
        return draw_angles(self.histograms)


def _parts(model):
    """What embeds images, and the head that scores the embeddings."""
    head = getattr(model, "head", None) or model.layers[-1]
    if getattr(head, "inputs", None) != "cosine":
        raise TypeError(f"model: expected one with a CosineHead, whose scores are cosines, got {type(head).__name__}")
    if hasattr(model, "embed"):
        return model, head
    with model.distribute_strategy.scope():
        return keras.Model(model.inputs, head.input), head
