"""The monitors of a recipe: what is watched during training, on which images."""

import numpy as np
from tensorflow import keras

from .. import callbacks
from ..layers import CosineHead
from . import build
from .material import Material
from .schema import Component, Recipe

_IMAGES = 512  # enough for every statistic, and few enough to be embedded each epoch
_FEW = 32
_WATCHES = {
    "nonfinite": callbacks.NonFiniteMonitor,
    "collapse": callbacks.CollapseMonitor,
    "angles": callbacks.AngleMonitor,
    "neighbors": callbacks.NearestNeighbors,
}
_GIVEN = ("images", "labels", "embedder", "name")


class Monitors:
    """Makes the monitors that a recipe asks for.

    Collapse is watched on held-out people where there are some, angles on people trained on, which alone have a class.

    Args:
        recipe: what to train.
        material: its images, decoded.

    Raises:
        RecipeError: a monitor has no such argument, or nothing to watch.
    """

    def __init__(self, recipe: Recipe, material: Material):
        self.recipe, self.material = recipe, material
        for name in _WATCHES:
            if self._arguments(name) is not None:
                self._make(name)
        if self._arguments("angles") is not None and not any(map(self._has_angles, range(len(recipe.stages)))):
            raise recipe.error(("monitors", "angles"), "expected a loss on cosines, like arcface, for a cosine head")

    def of_stage(self, stage: int) -> list[keras.callbacks.Callback]:
        """Those of a stage; they stand before all other callbacks, so that nothing saves what is not finite."""
        several = len(self.recipe.stages) > 1
        extra = {"angles": {"name": f"angles-{stage + 1}"}} if several else {}
        wanted = [name for name in _WATCHES if self._arguments(name) is not None]
        if not self._has_angles(stage):
            wanted = [name for name in wanted if name != "angles"]
        return [self._make(name, **extra.get(name, {})) for name in wanted]

    def _arguments(self, name) -> dict | None:
        """What the recipe says; None where it switches the monitor off."""
        written = getattr(self.recipe.monitors, name)
        if isinstance(written, bool):
            return {} if written else None
        return written

    def _make(self, name, /, **extra):
        watch, arguments = _WATCHES[name], self._arguments(name)
        with build.at(self.recipe, "monitors", name):
            build.check_arguments(Component(name=name, **arguments), watch, _GIVEN)
            return watch(**self._probe(name), **arguments, **extra)

    def _probe(self, name) -> dict:
        material = self.material
        if name in ("collapse", "neighbors") and material.held_out and material.held_out.labels is not None:
            return _some(material.held_out.images, material.held_out.labels)
        images, labels = material.images.some(_FEW if name == "nonfinite" else _IMAGES)
        return {"images": images} if name == "nonfinite" else {"images": images, "labels": labels}

    def _has_angles(self, stage) -> bool:
        classes = self.material.num_classes
        loss = build.make_loss(self.recipe, stage, classes)
        return isinstance(build.make_head(self.recipe, stage, loss, classes), CosineHead)


def _some(images, labels):
    """Images and labels, evenly spaced if there are more."""
    rows = np.unique(np.linspace(0, len(images) - 1, min(_IMAGES, len(images))).astype(int))
    return {"images": images[rows], "labels": np.asarray(labels)[rows]}
