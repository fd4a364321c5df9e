"""The faces of a sweep, decoded once for all cells that a process trains."""

import numpy as np

from .. import data
from ..training.images import TrainingImages
from ..training.material import open_faces
from ..training.schema import Recipe


class DecodedFaces(data.FaceSet):
    """A set whose pixels are in memory already; so are those of its parts.

    Args:
        faces: the set, without images that cannot be read.
        images: its pixels, uint8 (N, H, W, C).
    """

    def __init__(self, faces: data.FaceSet, images: np.ndarray):
        super().__init__(faces.keys, faces.labels, faces.identities, faces.read, faces.source, faces.skipped)
        self._images = images

    def subset(self, indices) -> "DecodedFaces":
        """The images at `indices`, as in any set."""
        rows = np.arange(len(self))[np.asarray(indices)]
        return DecodedFaces(super().subset(rows), self._images[rows])

    def load(self, size=None, channels: int = 3, on_error: str = "stop") -> data.Decoded:
        """The pixels, as all cells have them."""
        return data.Decoded(self._images, self, self.skipped)


def decoded(recipe: Recipe) -> data.FaceSet:
    """All faces of a recipe's source, in memory where the recipe's `data.memory` lets them.

    Raises:
        RecipeError: there are none.
        ImageError: an image cannot be read, and the recipe says to stop there.
    """
    faces = open_faces(recipe, recipe.data.source, "data", "source").min_images(recipe.data.min_images)
    images = TrainingImages(faces, recipe.data)
    return DecodedFaces(images.faces, images.source) if images.in_memory else faces
