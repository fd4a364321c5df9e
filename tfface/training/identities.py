"""Whether the images at hand can teach what a recipe asks for: said before the training, not by a loss of 0."""

import numpy as np

from . import build
from .material import Material
from .schema import Recipe


def check_identities(recipe: Recipe, material: Material) -> None:
    """Refuses to train on one identity, and to compare images of one identity where none has two.

    Args:
        recipe: what to train.
        material: its images, decoded: some may have been skipped.

    Raises:
        RecipeError: there is nothing to learn.
    """
    images = np.bincount(material.images.labels)
    if len(images) < 2:
        skipped = f"; {len(material.skipped)} images could not be read" if material.skipped else ""
        raise recipe.error(("data", "source"), f"expected at least two identities to train on, got one{skipped}")
    if images.max() >= 2:
        return
    for stage in range(len(recipe.stages)):
        loss = build.make_loss(recipe, stage, material.num_classes)
        for index, part in enumerate(getattr(loss, "losses", [loss])):
            with build.at(recipe, "stages", stage, "loss", index):
                if _compares_one_identity(part):
                    raise ValueError(
                        f"{part.name} compares images of one identity: expected identities with at least two images, "
                        f"got {len(images)} identities with one image each"
                    )


def _compares_one_identity(loss) -> bool:
    """Whether the loss is 0 in a batch where nobody comes twice, even if all embeddings are equal."""
    if loss.kind != "embedding" or loss.needs:
        return False
    equal = np.full((4, 2), np.sqrt(0.5), np.float32)
    twice, once = (float(np.mean(loss(np.array(labels), equal))) for labels in ([0, 0, 1, 1], [0, 1, 2, 3]))
    return twice > 0.0 and once == 0.0
