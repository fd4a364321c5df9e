"""The images of a recipe: those to train on, and those of people who are kept for the evaluation."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from .. import data, evaluation
from .build import at, check_arguments
from .schema import Component, Recipe


@dataclass(frozen=True)
class HeldOut:
    """People never seen in training, and the pairs that verification asks about."""

    name: str
    images: np.ndarray  # (N, H, W, C), standardised
    labels: np.ndarray
    pairs: data.Pairs
    folds: int
    flip: bool

    def measure(self, model) -> "Measured":
        """Verification and identification by the embeddings of a model."""
        return self.measure_embeddings(evaluation.embed(model, self.images, flip=self.flip))

    def measure_embeddings(self, embeddings: np.ndarray) -> "Measured":
        first, second, same = self.pairs
        return Measured(
            evaluation.verification(embeddings[first], embeddings[second], same, self.folds),
            evaluation.identification(embeddings, self.labels),
        )


@dataclass(frozen=True)
class Measured:
    """What was found on held-out people."""

    verification: evaluation.VerificationResult
    identification: evaluation.IdentificationResult

    def to_dict(self) -> dict:
        """All figures as plain numbers."""
        return {**self.verification.to_dict(), "rank1": self.identification.rank1}


class Material:
    """Everything that a recipe's `data` and `evaluation` describe, decoded."""

    def __init__(self, recipe: Recipe):
        faces = _open(recipe, recipe.data.source, "data", "source")
        held_out = None
        if recipe.data.train_identities is not None:
            with at(recipe, "data", "train_identities"):
                faces, held_out = faces.split(recipe.data.train_identities)
        if len(faces.identities) < 2:
            raise recipe.error(("data", "source"), f"{faces.source}: expected two identities at least, got one")
        if recipe.evaluation.source is not None:
            held_out = _open(recipe, recipe.evaluation.source, "evaluation", "source")
        size = tuple(recipe.data.size) if recipe.data.size else None
        self.images, self.faces, self.skipped = faces.load(size, recipe.data.channels, recipe.data.on_error)
        self.held_out = None
        if held_out is not None:
            images, held_out, skipped = held_out.load(
                self.images.shape[1:3], recipe.data.channels, recipe.data.on_error
            )
            self.skipped = [*self.skipped, *skipped]
            settings = recipe.evaluation
            with at(recipe, "evaluation"):
                pairs = data.verification_pairs(held_out.labels, settings.impostors, recipe.seed)
            self.held_out = HeldOut(
                held_out.source,
                data.standardize(images),
                held_out.labels,
                pairs,
                settings.folds,
                settings.flip,
            )

    def describe(self) -> dict:
        """What a tracked run says about its data."""
        return {
            "source": self.faces.source,
            "identities": self.num_classes,
            "images": len(self.faces),
            "skipped": len(self.skipped),
            "shape": "×".join(map(str, self.input_shape)),
            "fingerprint": self.faces.fingerprint(),
        }

    @property
    def num_classes(self) -> int:
        return len(self.faces.identities)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        return self.images.shape[1:]

    def batches(self, recipe: Recipe, index: int, epoch: int = 0) -> tf.data.Dataset:
        """Batches of a stage, from this epoch on; their order depends on the seed and the epoch only."""
        stage = recipe.stages[index]
        with at(recipe, "stages", index, "augment"):
            augment = None if stage.augment is None else _augment(stage.augment)
        with at(recipe, "stages", index, "batch"):
            return data.training_batches(
                self.images,
                self.faces.labels,
                stage.batch.size,
                augment=augment,
                identities_per_batch=stage.batch.identities_per_batch,
                images_per_identity=stage.batch.images_per_identity,
                seed=recipe.seed,
                first_epoch=epoch,
            )


def _augment(written: dict) -> data.Augment:
    check_arguments(Component(name="augment", **written), data.Augment)
    return data.Augment(**written)


def _open(recipe: Recipe, source: Component, *key: str) -> data.FaceSet:
    with at(recipe, *key):
        if source.name in data.sources.names():
            check_arguments(source, getattr(data.sources, source.name))
        return data.sources.get(source.name, **source.arguments)
