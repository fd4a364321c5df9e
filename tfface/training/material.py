"""The images of a recipe: those to train on, and those of people who are kept for the evaluation."""

import inspect
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import PurePath

import numpy as np
import tensorflow as tf

from .. import data, evaluation
from ..evaluation.folds import check_pairs
from .build import at, check_arguments, make_loss
from .checkpoint import Position
from .held_out import HeldOut
from .images import TrainingImages
from .schema import Component, Recipe
from .split import split


class Material:
    """What a recipe's `data` and `evaluation` describe: found at once, decoded by `decode`.

    Args:
        recipe: what to train.
        faces: those of the recipe's source, where they are open already.

    Attributes:
        faces: those to train on.
        others: those to evaluate; None if the recipe keeps none.
        images: their pixels, in memory or in files; after `decode`.
        held_out: the others with their pixels and pairs; after `decode`.
    """

    def __init__(self, recipe: Recipe, faces: data.FaceSet | None = None):
        self.recipe = recipe
        faces = faces or open_faces(recipe, recipe.data.source, "data", "source")
        with at(recipe, "data", "min_images"):
            faces = faces.min_images(recipe.data.min_images)
        self.faces, self.others = split(recipe, faces)
        if recipe.evaluation.source is not None:
            self.others = open_faces(recipe, recipe.evaluation.source, "evaluation", "source")

    def decode(self) -> None:
        """Reads all images that are held in memory, and those to evaluate.

        Raises:
            ImageError: an image cannot be read, and the recipe says to stop there.
            RecipeError: the held-out people make no pairs, or whitening has no images in memory.
        """
        settings = self.recipe.data
        self.images = TrainingImages(self.faces, settings)
        self.faces = self.images.faces
        self.held_out, self._skipped = None, []
        if self.others is not None:
            images, faces, self._skipped = self.others.load(self.input_shape[:2], settings.channels, settings.on_error)
            self.held_out = self._keep(data.standardize(images), faces)

    @property
    def skipped(self) -> list[str]:
        """A line for each image that could not be read; of files that are read while training, so far."""
        return [*self.images.skipped, *self._skipped]

    @property
    def num_classes(self) -> int:
        return len(self.faces.identities) * (2 if self.recipe.data.mirror_identities else 1)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        return self.images.shape

    def describe(self) -> dict:
        """What a tracked run says about its data."""
        return {
            "source": self.faces.source,
            "identities": len(self.faces.identities),
            "images": len(self.faces),
            "classes": self.num_classes,
            "skipped": len(self.skipped),
            "in_memory": self.images.in_memory,
            "shape": "×".join(map(str, self.input_shape)),
            "fingerprint": self.fingerprint,
            **({"held_out": self.held_out.describe()} if self.held_out else {}),
        }

    @cached_property
    def fingerprint(self) -> str:
        """Of the faces to train on."""
        return self.faces.fingerprint()

    def batches(self, index: int) -> tf.data.Dataset:
        """The batches of one epoch of a stage."""
        if self.recipe.stages[index].pretrain:
            return self._views(index, data.two_views)
        return self._drawn(index, data.training_batches)

    def stream(self, index: int, position: Position, worker: tf.distribute.InputContext | None) -> tf.data.Dataset:
        """The batches of a stage from a position on, without an end; they depend on the seed and the position only.

        Those of one of several workers are its rows of them.
        """
        start = {"first_epoch": position.epoch, "first_step": position.step, "input_context": worker}
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
            augment = data.Augment(**written)
            if augment.mixup and not self.recipe.stages[index].pretrain:
                self._check_mixing(index)
            return augment

    def _check_mixing(self, index: int) -> None:
        loss = make_loss(self.recipe, index, self.num_classes)
        others = [part.name for part in getattr(loss, "losses", [loss]) if part.kind != "class"]
        if others:
            raise ValueError(f"mixup: expected losses on classes, got {', '.join(others)}: a mix is of no one person")

    def _views(self, index: int, draw: Callable[..., tf.data.Dataset], **start) -> tf.data.Dataset:
        stage = self.recipe.stages[index]
        labels = self.faces.labels if stage.pretrain.name == "supcon" else None
        with at(self.recipe, "stages", index, "batch"):
            options = {"preset": stage.pretrain.preset, "seed": self.recipe.seed, **start}
            mirrored = self.recipe.data.mirror_identities
            return draw(self.images.source, labels, stage.batch.size, mirror_identities=mirrored, **options)

    def _drawn(self, index: int, draw: Callable[..., tf.data.Dataset], **start) -> tf.data.Dataset:
        augment, batch = self.augment(index), self.recipe.stages[index].batch
        with at(self.recipe, "stages", index, "batch"):
            return draw(
                self.images.source,
                self.faces.labels,
                batch.size,
                augment=augment,
                identities_per_batch=batch.identities_per_batch,
                images_per_identity=batch.images_per_identity,
                mirror_identities=self.recipe.data.mirror_identities,
                class_weights=self.recipe.data.class_weights,
                seed=self.recipe.seed,
                **start,
            )

    def _keep(self, images, faces: data.FaceSet) -> HeldOut:
        settings = self.recipe.evaluation
        listed = isinstance(faces, data.PairSet)  # with pairs and folds of its own, and labels that name nobody
        seed = self.recipe.seed if settings.seed is None else settings.seed
        with at(self.recipe, "evaluation"):
            pairs = faces.pairs if listed else data.verification_pairs(faces.labels, settings.impostors, seed)
            folds = len(np.unique(faces.folds)) if listed else settings.folds
            check_pairs(pairs.same, len(pairs.same), folds)
        name = PurePath(faces.source).name  # of a folder's path, its last part
        views = {"flip": settings.flip, "shift": settings.shift}
        labels = None if listed else faces.labels
        return HeldOut(name, images, labels, pairs, folds, views, self._whitening())

    def _whitening(self):
        if self.recipe.evaluation.whiten is None:
            return None
        if not self.images.in_memory:
            raise self.recipe.error(
                ("evaluation", "whiten"),
                "expected images in memory (data.memory: true), for all are embedded each time",
            )
        images, labels = self.images.some()
        return partial(evaluation.whitened, images=images, labels=labels, shrinkage=self.recipe.evaluation.whiten)


def open_faces(recipe: Recipe, source: Component, *key: str) -> data.FaceSet:
    """The faces of a source that a recipe names at this key, unread.

    Raises:
        RecipeError: there is no such source, or it finds nothing.
    """
    with at(recipe, *key):
        arguments = source.arguments
        if source.name in data.sources.names():
            opener = getattr(data.sources, source.name)
            check_arguments(source, opener)
            if "on_error" in inspect.signature(opener).parameters:  # found when opening or when reading: the same
                arguments = {"on_error": recipe.data.on_error, **arguments}
        return data.sources.get(source.name, **arguments)
