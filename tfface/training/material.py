"""The images of a recipe: those to train on, and those of people who are kept for the evaluation."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePath

import numpy as np
import tensorflow as tf

from .. import data, evaluation
from ..evaluation.verification import check_pairs
from .build import at, check_arguments
from .checkpoint import Position
from .held_out import HeldOut
from .schema import Component, Recipe


class Material:
    """What a recipe's `data` and `evaluation` describe: found at once, decoded by `decode`.

    Attributes:
        faces: those to train on.
        images: their pixels, uint8 (N, H, W, C).
        held_out: those to evaluate; None if the recipe keeps none.
        skipped: a line for each image that could not be read.
    """

    def __init__(self, recipe: Recipe):
        self.recipe = recipe
        self.faces = self._open(recipe.data.source, "data", "source")
        self._others = None
        if recipe.data.train_identities is not None:
            with at(recipe, "data", "train_identities"):
                self.faces, self._others = self.faces.split(recipe.data.train_identities)
        if recipe.evaluation.source is not None:
            self._others = self._open(recipe.evaluation.source, "evaluation", "source")

    def decode(self) -> None:
        """Reads all images.

        Raises:
            ImageError: an image cannot be read, and the recipe says to stop there.
            RecipeError: the held-out people make no pairs.
        """
        options = self.recipe.data.channels, self.recipe.data.on_error
        size = tuple(self.recipe.data.size) if self.recipe.data.size else None
        self.images, self.faces, self.skipped = self.faces.load(size, *options)
        self.labels = self.faces.labels
        if self.recipe.data.mirror_identities:
            self.images = np.concatenate([self.images, self.images[:, :, ::-1]])
            self.labels = np.concatenate([self.labels, self.labels + len(self.faces.identities)])
        self.held_out = None
        if self._others is not None:
            images, faces, skipped = self._others.load(self.images.shape[1:3], *options)
            self.held_out = self._keep(data.standardize(images), faces)
            self.skipped = [*self.skipped, *skipped]

    @property
    def num_classes(self) -> int:
        return len(self.faces.identities) * (2 if self.recipe.data.mirror_identities else 1)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        return self.images.shape[1:]

    def describe(self) -> dict:
        """What a tracked run says about its data."""
        return {
            "source": self.faces.source,
            "identities": len(self.faces.identities),
            "images": len(self.faces),
            "classes": self.num_classes,
            "skipped": len(self.skipped),
            "shape": "×".join(map(str, self.input_shape)),
            "fingerprint": self.faces.fingerprint(),
            **({"held_out": self.held_out.describe()} if self.held_out else {}),
        }

    def batches(self, index: int) -> tf.data.Dataset:
        """The batches of one epoch of a stage."""
        if self.recipe.stages[index].pretrain:
            return self._views(index, data.two_views)
        return self._drawn(index, data.training_batches)

    def stream(self, index: int, position: Position) -> tf.data.Dataset:
        """The batches of a stage from a position on, without an end; they depend on the seed and the position only."""
        start = {"first_epoch": position.epoch, "first_step": position.step}
        if self.recipe.stages[index].pretrain:
            return self._views(index, data.two_view_stream, **start)
        return self._drawn(index, data.training_stream, **start)

    def augment(self, index: int) -> data.Augment | None:
        """The augmentation of a stage."""
        written = self.recipe.stages[index].augment
        if written is None:
            return None
        with at(self.recipe, "stages", index, "augment"):
            check_arguments(Component(name="augment", **written), data.Augment)
            return data.Augment(**written)

    def _views(self, index: int, draw: Callable[..., tf.data.Dataset], **start) -> tf.data.Dataset:
        stage = self.recipe.stages[index]
        labels = self.labels if stage.pretrain.name == "supcon" else None
        with at(self.recipe, "stages", index, "batch"):
            options = {"preset": stage.pretrain.preset, "seed": self.recipe.seed, **start}
            return draw(self.images, labels, stage.batch.size, **options)

    def _drawn(self, index: int, draw: Callable[..., tf.data.Dataset], **start) -> tf.data.Dataset:
        augment, batch = self.augment(index), self.recipe.stages[index].batch
        with at(self.recipe, "stages", index, "batch"):
            return draw(
                self.images,
                self.labels,
                batch.size,
                augment=augment,
                identities_per_batch=batch.identities_per_batch,
                images_per_identity=batch.images_per_identity,
                seed=self.recipe.seed,
                **start,
            )

    def _open(self, source: Component, *key: str) -> data.FaceSet:
        with at(self.recipe, *key):
            if source.name in data.sources.names():
                check_arguments(source, getattr(data.sources, source.name))
            return data.sources.get(source.name, **source.arguments)

    def _keep(self, images, faces: data.FaceSet) -> HeldOut:
        settings = self.recipe.evaluation
        with at(self.recipe, "evaluation"):
            pairs = data.verification_pairs(faces.labels, settings.impostors, self.recipe.seed)
            check_pairs(pairs.same, len(pairs.same), settings.folds)
        name = PurePath(faces.source).name  # of a folder's path, its last part
        views = {"flip": settings.flip, "shift": settings.shift}
        return HeldOut(name, images, faces.labels, pairs, settings.folds, views, self._whitening())

    def _whitening(self):
        if self.recipe.evaluation.whiten is None:
            return None
        known = {"images": data.standardize(self.images), "labels": self.labels}
        return partial(evaluation.whitened, **known, shrinkage=self.recipe.evaluation.whiten)
