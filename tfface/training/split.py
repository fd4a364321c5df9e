"""Which people a recipe trains on, and which it keeps for the evaluation."""

from .. import data
from .build import at
from .schema import Recipe


def split(recipe: Recipe, faces: data.FaceSet) -> tuple[data.FaceSet, data.FaceSet | None]:
    """Those to train on, and those to evaluate, who share no identity; None where all are trained on.

    Raises:
        RecipeError: there are too few people.
    """
    settings, others, skipped = recipe.data, None, faces.skipped
    if settings.folds is not None:
        with at(recipe, "data", "folds"):
            kept, held_out = data.identity_folds(faces.labels, settings.folds)[settings.fold]
            faces, others = faces.subset(kept), faces.subset(held_out)
    if settings.train_identities is not None:
        with at(recipe, "data", "train_identities"):
            faces, others = faces.split(settings.train_identities)
    if settings.validation_identities is not None:
        with at(recipe, "data", "validation_identities"):
            faces, others = faces.split(len(faces.identities) - settings.validation_identities, seed=0)
    if settings.limit_identities not in (None, len(faces.identities)):
        with at(recipe, "data", "limit_identities"):
            faces, _ = faces.split(settings.limit_identities, recipe.seed)
    faces.skipped = skipped
    return faces, others
