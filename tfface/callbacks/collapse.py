"""Collapse during training: seen in an epoch, and said in words."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
from tensorflow import keras

from .._check import number, whole
from ..evaluation import active_triplets, effective_rank, embed, embedding_spread, pair_distances
from ..tracking import layout
from .diagnosis import advice, resting_values, triplets_of
from .figures import draw_embeddings, log_figure
from .findings import tell

COLLAPSED = 0.1  # the spread below which embeddings are nearly one point

_logger = logging.getLogger("tfface")


class CollapseMonitor(keras.callbacks.Callback):
    """Watches whether embeddings collapse into one point, or whether the loss cannot fall.

    At the end of epochs it embeds a fixed set of images and adds to the logs: `collapse_spread` (1 on the whole sphere,
    0 at a point), `collapse_pair_distance` (mean distance of normalised embeddings), `collapse_effective_rank`, and
    with labels `collapse_active_triplets` (the share of triplets that violate the margin). Put it before the callbacks
    that read them. One warning says what happened, the likely cause and what to do, as soon as

    - the spread is below `threshold`;
    - a loss on pairs or triplets has stayed for `patience` epochs, within 1 %, at the value it has when all embeddings
      are equal, and the distances are: a triplet loss at its margin, or at ln 2 with a soft one. So does binary
      cross-entropy at ln 2 in a plain Keras model;
    - such a loss has been 0 from the first epoch on: the batches hold no pairs of one identity.

    The run of a `NeptuneCallback` gets these words, and with labels a picture of the embeddings at the end of `fit`.

    Args:
        images: (N, H, W, C) as the model takes them; some hundred are enough (distances take N² numbers).
        labels: identities (N,) of the images; None leaves the share of triplets out.
        every: epochs between two measurements; the last epoch of `fit` always has one.
        batch_every: measures also every so many steps, to stop within an epoch; None for epochs only.
        margin: of the triplets that are counted; None for the margin of the model's loss, or else 0.2.
        threshold: spread below which embeddings count as collapsed.
        patience: epochs in a row that a loss must rest.
        stop: whether to end the training then, as early stopping does.
        batch_size: images embedded at a time.
        embedder: what embeds the images, as `tfface.evaluation.embed` takes it; None for the model being trained,
            which then must give embeddings or have `embed`, as `FaceModel` does, or `project`: of a `TwoViewModel` the
            projections are watched, which collapse before the embeddings.

    Attributes:
        result: the last measurements, by their name in the logs.
        problem: what was found, in words; None as long as all is well.

    Raises:
        ValueError: an argument outside its domain, or labels that do not fit the images.

    Example:
        >>> watch = tfface.callbacks.CollapseMonitor(images, labels, stop=True)
        >>> history = model.fit(batches, epochs=2, callbacks=[watch], verbose=0)
        >>> sorted(watch.result)[:2], watch.problem
        (['collapse_active_triplets', 'collapse_effective_rank'], None)
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray | None = None,
        every: int = 1,
        batch_every: int | None = None,
        margin: float | None = None,
        threshold: float = COLLAPSED,
        patience: int = 3,
        stop: bool = False,
        batch_size: int = 256,
        embedder: Callable | None = None,
    ):
        super().__init__()
        if len(images) < 2:
            raise ValueError(f"images: expected at least two, got {len(images)}")
        if labels is not None and np.shape(labels) != (len(images),):
            raise ValueError(f"labels: expected one for each of {len(images)} images, got shape {np.shape(labels)}")
        self.images = images
        self.labels = None if labels is None else np.asarray(labels)
        self.every = whole("every", every, 1)
        self.batch_every = None if batch_every is None else whole("batch_every", batch_every, 1)
        self.margin = None if margin is None else number("margin", margin, 0)
        self.threshold = number("threshold", threshold, 0, 1)
        self.patience = whole("patience", patience, 1)
        self.stop = stop
        self.batch_size = batch_size
        self.embedder = embedder
        self.result = {}
        self.problem = None

    def on_train_begin(self, logs=None):
        self._rests = resting_values(self.model)
        self._epochs_at_rest = dict.fromkeys(self._rests, 0)
        self._epochs_at_zero = dict.fromkeys(self._rests, 0)
        self._first_epoch = None
        self.problem = None
        self._all_alike = False

    def on_epoch_begin(self, epoch, logs=None):
        self._first_epoch = epoch if self._first_epoch is None else self._first_epoch
        self._steps = 0

    def on_train_batch_end(self, batch, logs=None):
        before, self._steps = self._steps, batch + 1
        if self.batch_every and self._steps // self.batch_every > before // self.batch_every:
            self._watch_embeddings()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measure if it is this epoch's turn, add the figures to `logs`, and look at the loss."""
        logs = {} if logs is None else logs
        if not (epoch + 1) % self.every or epoch + 1 == self.params.get("epochs"):
            self._watch_embeddings()
            logs.update(self.result)
        self._watch_loss(logs)

    def on_train_end(self, logs=None):
        if self.labels is not None and self.result and np.isfinite(self._embeddings).all():
            shown = draw_embeddings, self._embeddings, self.labels
            tell(self.model, lambda journal: log_figure(journal.log, "embeddings", *shown))

    def measure(self) -> dict[str, float]:
        """Measure now; returns the figures by their name in the logs, NaN where embeddings are not finite."""
        embedder = self.embedder or getattr(self.model, "project", self.model)
        embeddings = self._embeddings = embed(embedder, self.images, self.batch_size)
        margin, *distance = triplets_of(self.model)
        margin = margin if self.margin is None else self.margin
        statistics = {
            "spread": embedding_spread,
            "pair_distance": lambda points: float(pair_distances(points).mean()),
            "effective_rank": effective_rank,
        }
        if self.labels is not None:
            statistics["active_triplets"] = lambda points: active_triplets(points, self.labels, margin, *distance)
        finite = np.isfinite(embeddings).all()
        self._all_alike = finite and _alike(pair_distances(embeddings, *distance), margin)
        return {f"collapse_{name}": of(embeddings) if finite else np.nan for name, of in statistics.items()}

    def _watch_embeddings(self):
        self.result = self.measure()
        spread, rank = self.result["collapse_spread"], self.result["collapse_effective_rank"]
        if spread < self.threshold:
            self._say(
                f"all embeddings are becoming one point (spread {spread:.2g}, below {self.threshold:g}; "
                f"effective rank {rank:.1f}); {advice(self.model)}"
            )

    def _watch_loss(self, logs):
        for name, rest in self._rests.items():
            loss = logs.get(name, np.nan)
            at_rest = abs(loss - rest.value) <= 0.01 * rest.value and (self._all_alike or not rest.of_embeddings)
            self._epochs_at_rest[name] = self._epochs_at_rest[name] + 1 if at_rest else 0
            if self._epochs_at_rest[name] == self.patience:
                why = "all distances are equal" if rest.of_embeddings else "the scores say nothing"
                self._say(
                    f"{name} has stayed at {loss:.4g} for {self.patience} epochs, which is {rest.named}: {why}; "
                    f"{advice(self.model)}"
                )
            self._epochs_at_zero[name] = self._epochs_at_zero[name] + 1 if loss == 0.0 else -np.inf
            if self._epochs_at_zero[name] == self.patience and rest.of_embeddings and not self._learnt_all():
                self._say(
                    f"{name} has been 0 from the first epoch on: the batches hold no two images of one identity, or no "
                    "two identities, to compare; draw them with tfface.data.training_batches(images, labels, "
                    "identities_per_batch=P, images_per_identity=K)"
                )

    def _learnt_all(self):
        """Whether a loss of 0 can be the end of a training that went well before this one."""
        if "collapse_active_triplets" in self.result:
            return self.result["collapse_active_triplets"] == 0.0
        return self._first_epoch > 0

    def _say(self, problem):
        if self.problem is None:
            self.problem = problem
            tell(self.model, lambda journal: journal.log.set(f"{layout.MONITORS}/collapse/problem", problem))
            _logger.warning("collapse: %s", problem)
        if self.stop:
            self.model.stop_training = True


def _alike(distances, margin):
    """Whether distances are all equal: those at a point are small beside the margin, 1 for a soft one."""
    return bool(distances.std() <= 0.1 * max(margin or 1.0, distances.mean()))
