"""What a model's embeddings are worth, epoch by epoch, though nothing is trained on labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from tensorflow import keras

from .._check import number, whole
from ..evaluation import embed, knn_accuracy


class NearestNeighbors(keras.callbacks.Callback):
    """Adds to the logs how often the nearest neighbours of an image are of its identity: `knn_accuracy`.

    Each of some labelled images is named by a weighted vote of the others near to it
    (`tfface.evaluation.knn_accuracy`). By this a training without labels shows that it learns; by its loss it does not.
    Put it before the callbacks that read the logs; a `NeptuneCallback` logs it.

    Args:
        images: (N, H, W, C) as the model takes them.
        labels: identities (N,), several images of each.
        neighbors: k, how many vote.
        temperature: τ of their weights.
        every: epochs between two measurements; the last epoch of `fit` always has one.
        name: of the figure in the logs, `<name>_accuracy`.
        batch_size: images embedded at a time.
        embedder: what embeds the images, as `tfface.evaluation.embed` takes it; None for the model being trained.

    Attributes:
        accuracy: the last measurement.

    Raises:
        ValueError: an argument outside its domain, or labels that do not fit the images.

    Example:
        >>> watch = tfface.callbacks.NearestNeighbors(images, labels, neighbors=4)
        >>> history = model.fit(batches, epochs=2, callbacks=[watch], verbose=0)
        >>> len(history.history["knn_accuracy"]) == 2 and 0 <= watch.accuracy <= 1
        True
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        neighbors: int = 20,
        temperature: float = 0.07,
        every: int = 1,
        name: str = "knn",
        batch_size: int = 256,
        embedder: Callable | None = None,
    ):
        super().__init__()
        if np.shape(labels) != (len(images),) or len(images) < 2:
            raise ValueError(f"labels: expected one for each of {len(images)} images, got shape {np.shape(labels)}")
        self.images, self.labels = images, np.asarray(labels)
        self.neighbors = whole("neighbors", neighbors, 1)
        self.temperature = number("temperature", temperature, 0, above=True)
        self.every = whole("every", every, 1)
        self.name, self.batch_size, self.embedder = name, batch_size, embedder
        self.accuracy = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measure if it is this epoch's turn, and add the figure to `logs`; NaN if embeddings are not finite."""
        if (epoch + 1) % self.every and epoch + 1 != self.params.get("epochs"):
            return
        embeddings = embed(self.embedder or self.model, self.images, self.batch_size)
        finite = np.isfinite(embeddings).all()
        voted = embeddings, self.labels, self.neighbors, self.temperature
        self.accuracy = knn_accuracy(*voted) if finite else float("nan")
        if logs is not None:
            logs[f"{self.name}_accuracy"] = self.accuracy
