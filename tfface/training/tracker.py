"""The tracked run of a recipe, and what logs to it."""

from contextlib import nullcontext
from pathlib import Path

from .. import callbacks, tracking
from . import build
from .material import Material
from .schema import Recipe

_NOT_TRAINING = ("output", "tracking", "checkpoint", "strategy")  # what decides nothing about the result


def start_run(recipe: Recipe, run_id: str | None, writes: bool):
    """Starts the run, or goes on with the one of this id; on workers that do not write, one that leaves no trace.

    Raises:
        RecipeError: the recipe's `tracking` makes no sense.
    """
    settings = recipe.tracking
    if not writes:
        import neptune

        return neptune.init_run(mode="debug")
    if settings.mlflow:
        with build.at(recipe, "tracking", "mlflow"):
            tracking.mlflow.check_installed()
    with build.at(recipe, "tracking"):
        return tracking.init_run(
            settings.name or Path(recipe.output).name,
            settings.tags,
            settings.project,
            settings.mode,
            settings.directory,
            run_id=run_id,
        )


def mirror(recipe: Recipe, run):
    """A context in which the run is copied to MLflow while it is written, if the recipe says so."""
    settings = recipe.tracking
    if not settings.mlflow:
        return nullcontext()
    return tracking.MlflowMirror(run, settings.mlflow, directory=settings.directory)


def make_tracker(recipe: Recipe, run, material: Material, best_by: str | None) -> callbacks.NeptuneCallback:
    """The callback that logs to the run.

    Args:
        recipe: what is trained.
        run: where to.
        material: its images, decoded.
        best_by: log key that says which epoch is best; None for the loss.
    """
    decides = {key: value for key, value in recipe.to_dict().items() if key not in _NOT_TRAINING}
    options = {"data": material.describe(), "monitor": best_by}
    settings = recipe.tracking
    return callbacks.NeptuneCallback(run, decides, settings.batch_every, flush_every=settings.flush_every, **options)
