"""Verification, or any other protocol, during training: into the logs where checkpoints and early stopping look."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from tensorflow import keras

from .._check import whole
from ..evaluation import PairsProtocol, Protocol, embed
from ..evaluation.embed import flip_name
from ..evaluation.hardest import face_sheet, hardest_pairs
from ..evaluation.vectors import pair_distances
from ..tracking import layout
from .evaluations import log_figures, log_intervals, log_verification
from .findings import tell


class Verification(keras.callbacks.Callback):
    """Runs a protocol at the end of epochs, or every so many steps: k-fold verification, or any other.

    Adds `val_<name>_accuracy`, `val_<name>_auc`, `val_<name>_eer` and `val_<name>_tar@far=<rate>` (of another protocol
    its `figures()`) to the logs of the epoch, so put it before the callbacks that read them. Each image is embedded
    once. The run of a `NeptuneCallback` gets intervals too, and at the end of `fit` the last result with its curves,
    `evaluation/<name>`.

    Under a strategy the replicas share the images, as they do in `predict`; of several workers each embeds its share
    and all get the same figures, so every worker's `fit` has to be given the callback.

    Args:
        images: (N, H, W, C) as the model takes them, so usually standardised; or a `tfface.evaluation.Protocol`, which
            has its own images: `Protocol(images, lambda embeddings: retrieval(embeddings, labels))`.
        pairs: `first`, `second` and `same` (P,) each, as `tfface.data.verification_pairs` gives them; None with a
            protocol.
        name: of the set of pairs, in the logs.
        every: epochs between two runs; the last epoch of `fit` always has one.
        flip: what becomes of the mirror image, as in `tfface.evaluation.embed`.
        shift: add the embeddings of the image moved by so many pixels, as in `tfface.evaluation.embed`.
        folds: number of folds, or the fold of each pair.
        far: false accept rates at which to give the TAR.
        batch_size: images embedded at a time.
        embedder: what embeds the images, as `tfface.evaluation.embed` takes it; None for the model
            being trained, which then must give embeddings or have `embed`, as `FaceModel` does.
        prepare: makes of the embedder, before each run, what is evaluated in its place, say
            `functools.partial(tfface.evaluation.whitened, images=known, labels=people)`.
        show_hardest: at the end of `fit`, put a picture of so many of the worst genuine and impostor pairs into the
            run, `faces/<name>-…`. Faces are personal data: ask the people, and know who reads the run.
        every_steps: also run after so many training steps; the epoch's logs have the figures of the last run.

    Attributes:
        result: the last result, None before the first.
        history: (training step, figures) of each run.

    Raises:
        ValueError: if the pairs do not fit the images or cannot make folds, or there are none.

    Example:
        >>> watch = Verification(images, tfface.data.verification_pairs(labels), name="orl")
        >>> stop = keras.callbacks.EarlyStopping("val_orl_accuracy", mode="max", patience=5)
        >>> history = model.fit(batches, epochs=100, callbacks=[watch, stop], verbose=0)
    """

    def __init__(
        self,
        images: np.ndarray | Protocol,
        pairs: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
        name: str = "pairs",
        every: int = 1,
        flip: bool | str = True,
        shift: int = 0,
        folds: int | np.ndarray = 10,
        far: Sequence[float] = (1e-2,),
        batch_size: int = 256,
        embedder: Callable | None = None,
        prepare: Callable | None = None,
        show_hardest: int = 0,
        every_steps: int | None = None,
    ):
        super().__init__()
        if every < 1:
            raise ValueError(f"every: expected at least 1, got {every!r}")
        if isinstance(images, Protocol) != (pairs is None):
            raise ValueError("pairs: expected those of the images, or images that are a Protocol, and not both")
        self.protocol = PairsProtocol(images, pairs, folds, far) if pairs is not None else images
        self.name = name
        self.every = every
        self.flip = flip_name(flip)
        self.shift = shift
        self.batch_size = batch_size
        self.embedder = embedder
        self.prepare = prepare
        self.show_hardest = whole("show_hardest", show_hardest, 0)
        if show_hardest and not isinstance(self.protocol, PairsProtocol):
            raise ValueError("show_hardest: expected a protocol of pairs")
        self.every_steps = None if every_steps is None else whole("every_steps", every_steps, 1)
        self.result, self.history = None, []
        self._before = self._steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Counts the steps before the epoch."""
        self._before = self._steps

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Run the protocol if it is this step's turn."""
        former, self._steps = self._steps, self._before + batch + 1
        if self.every_steps and self._steps // self.every_steps > former // self.every_steps:
            figures, step = self._run(), self._steps
            tell(self.model, lambda journal: log_figures(journal.log, self.name, figures, step))

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Run the protocol if it is this epoch's turn, and add its figures to `logs`."""
        turn = not (epoch + 1) % self.every or epoch + 1 == self.params.get("epochs")
        if turn:
            self._run()
            tell(self.model, lambda journal: log_intervals(journal.log, self.name, self.result, journal.epoch))
        if logs is not None and (turn or (self.every_steps and self.history)):
            logs.update({f"val_{self.name}_{figure}": value for figure, value in self.history[-1][1].items()})

    def on_train_end(self, logs=None):
        if self.result is not None:
            tell(self.model, lambda journal: log_verification(journal.log, self.name, self.result))
            tell(self.model, self._show)

    def _run(self):
        self.result = self.evaluate()
        figures = self.result.figures()
        self.history.append((self._steps, figures))
        return figures

    def evaluate(self):
        """Run the protocol now; returns its result."""
        embedder = self.embedder or self.model
        if self.prepare:
            embedder = self.prepare(embedder)
        images, standardize = self.protocol.images, self.protocol.standardize
        embeddings = embed(embedder, images, self.batch_size, self.flip, self.shift, standardize)
        if self.show_hardest:
            first, second, same = self.protocol.pairs
            self._hardest = hardest_pairs(pair_distances(embeddings, first, second), same, self.show_hardest)
        return self.protocol.marked(self.protocol.judge(embeddings), embedder, self.flip, self.shift)

    def _show(self, journal):
        if self.show_hardest:
            first, second, _ = self.protocol.pairs
            for kind, chosen in zip(("genuine", "impostor"), self._hardest, strict=True):
                sheet = face_sheet(self.protocol.images, first[chosen], second[chosen])
                journal.log.picture(f"{layout.FACES}/{layout.segment(self.name)}-hardest-{kind}", sheet)
