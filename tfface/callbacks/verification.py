"""Verification during training, into the logs where checkpoints and early stopping look."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from tensorflow import keras

from .._check import whole
from ..evaluation import embed, verification
from ..evaluation.vectors import unit
from ..evaluation.folds import check_pairs
from ..tracking import layout
from .evaluations import log_intervals, log_verification
from .findings import tell
from .hardest import face_sheet, hardest_pairs


class Verification(keras.callbacks.Callback):
    """Runs the k-fold verification protocol at the end of epochs.

    Adds `val_<name>_accuracy`, `val_<name>_auc`, `val_<name>_eer` and `val_<name>_tar@far=<rate>` to the
    logs, so put it before the callbacks that read them. Each image is embedded once. The run of a `NeptuneCallback`
    gets intervals too, and at the end of `fit` the last result with its curves, `evaluation/<name>`.

    Args:
        images: (N, H, W, C) as the model takes them, so usually standardised.
        pairs: `first`, `second` and `same` (P,) each, as `tfface.data.verification_pairs` gives them.
        name: of the set of pairs, in the logs.
        every: epochs between two runs; the last epoch of `fit` always has one.
        flip: add the embedding of the mirror image.
        shift: add the embeddings of the image moved by so many pixels, as in `tfface.evaluation.embed`.
        folds: number of folds.
        far: false accept rates at which to give the TAR.
        batch_size: images embedded at a time.
        embedder: what embeds the images, as `tfface.evaluation.embed` takes it; None for the model
            being trained, which then must give embeddings or have `embed`, as `FaceModel` does.
        prepare: makes of the embedder, before each run, what is evaluated in its place, say
            `functools.partial(tfface.evaluation.whitened, images=known, labels=people)`.
        show_hardest: at the end of `fit`, put a picture of so many of the worst genuine and impostor pairs into the
            run, `faces/<name>-…`. Faces are personal data: ask the people, and know who reads the run.

    Attributes:
        result: the last `VerificationResult`, None before the first.

    Raises:
        ValueError: if the pairs do not fit the images or cannot make folds.

    Example:
        >>> watch = Verification(images, tfface.data.verification_pairs(labels), name="orl")
        >>> stop = keras.callbacks.EarlyStopping("val_orl_accuracy", mode="max", patience=5)
        >>> history = model.fit(batches, epochs=100, callbacks=[watch, stop], verbose=0)
    """

    def __init__(
        self,
        images: np.ndarray,
        pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
        name: str = "pairs",
        every: int = 1,
        flip: bool = True,
        shift: int = 0,
        folds: int = 10,
        far: Sequence[float] = (1e-2,),
        batch_size: int = 256,
        embedder: Callable | None = None,
        prepare: Callable | None = None,
        show_hardest: int = 0,
    ):
        super().__init__()
        if every < 1:
            raise ValueError(f"every: expected at least 1, got {every!r}")
        first, second, same = (np.asarray(part) for part in pairs)
        for side in (first, second):
            if len(side) != len(same) or side.min() < 0 or side.max() >= len(images):
                raise ValueError(
                    f"pairs: expected indices of {len(images)} images for each of {len(same)} pairs, "
                    f"got {len(side)} indices in {side.min()}..{side.max()}"
                )
        self.images = images
        self.pairs = first, second, check_pairs(same, len(first), folds)
        self.name = name
        self.every = every
        self.flip = flip
        self.shift = shift
        self.folds = folds
        self.far = tuple(far)
        self.batch_size = batch_size
        self.embedder = embedder
        self.prepare = prepare
        self.show_hardest = whole("show_hardest", show_hardest, 0)
        self.result = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Run the protocol if it is this epoch's turn, and add its figures to `logs`."""
        if (epoch + 1) % self.every and epoch + 1 != self.params.get("epochs"):
            return
        self.result = self.evaluate()
        tell(self.model, lambda journal: log_intervals(journal.log, self.name, self.result, journal.epoch))
        if logs is None:
            return
        logs[f"val_{self.name}_accuracy"] = self.result.accuracy
        logs[f"val_{self.name}_auc"] = self.result.auc
        logs[f"val_{self.name}_eer"] = self.result.eer
        for far, tar in self.result.tar_at_far.items():
            logs[f"val_{self.name}_tar@far={far:g}"] = tar

    def on_train_end(self, logs=None):
        if self.result is not None:
            tell(self.model, lambda journal: log_verification(journal.log, self.name, self.result))
            tell(self.model, self._show)

    def evaluate(self):
        """Run the protocol now; returns a `VerificationResult`."""
        embedder = self.embedder or self.model
        if self.prepare:
            embedder = self.prepare(embedder)
        embeddings = embed(embedder, self.images, self.batch_size, self.flip, self.shift)
        first, second, same = self.pairs
        if self.show_hardest:
            distances = np.sum(np.square(unit(embeddings[first]) - unit(embeddings[second])), axis=1)
            self._hardest = hardest_pairs(distances, same, self.show_hardest)
        return verification(embeddings[first], embeddings[second], same, self.folds, self.far)

    def _show(self, journal):
        if self.show_hardest:
            first, second, _ = self.pairs
            for kind, chosen in zip(("genuine", "impostor"), self._hardest, strict=True):
                sheet = face_sheet(self.images, first[chosen], second[chosen])
                journal.log.picture(f"{layout.FACES}/{layout.segment(self.name)}-hardest-{kind}", sheet)
