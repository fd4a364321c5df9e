"""Trains what a recipe describes, stage after stage, so that it can be stopped and continued."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

from rich.progress import Progress
from tensorflow import keras

from .. import callbacks, tracking
from ..models import FaceModel
from . import build, output, seeds
from .checkpoint import Position, State, write_json
from .errors import TrainingInterrupted
from .interrupt import Interrupt
from .keeper import Keeper
from .material import Material
from .progress import EpochBar
from .recipe import load_recipe
from .result import TrainResult
from .schema import Recipe


def train(recipe: Recipe | str | Path | Mapping, resume: bool = False, progress: Progress | None = None) -> TrainResult:
    """Trains what a recipe describes.

    Everything is checked before work starts. Each epoch ends with a checkpoint; Ctrl-C ends the training after the
    step under way, with what was learnt saved, and `resume=True` continues it as if nothing had happened.

    Args:
        recipe: a recipe, or what `load_recipe` reads.
        resume: whether to continue the training in the recipe's output folder.
        progress: a rich progress display to add a bar to.

    Raises:
        RecipeError: something in the recipe makes no sense; one line per problem.
        ImageError: an image cannot be read.
        TrainingInterrupted: Ctrl-C.

    Example:
        >>> result = train({"data": {"source": "orl", "train_identities": 30}, "loss": "arcface", "epochs": 20})
        >>> result.measured.verification.accuracy
    """
    recipe = recipe if isinstance(recipe, Recipe) else load_recipe(recipe)
    with _precision(recipe.precision):
        return _Training(recipe, resume).go(progress)


class _Training:
    """One call of `train`: what was prepared for it, and how far it has come."""

    def __init__(self, recipe: Recipe, resume: bool):
        self.recipe = recipe
        self.folder, former = output.claim(recipe, resume)
        self.material = Material(recipe)
        self.ends = list(accumulate(stage.epochs for stage in recipe.stages))
        self.steps = [len(self.material.batches(recipe, stage)) for stage in range(len(recipe.stages))]
        for stage in range(len(recipe.stages)):
            self._parts(stage)
        self.model = _restored(self.folder, former) if former else self._begin(0, None)
        self.run = _start_run(recipe, former.run_id if former else None)
        self.keeper = Keeper(self.folder, recipe.to_dict(), tracking.run_id(self.run), former)
        self.interrupt = Interrupt()
        self.history = defaultdict(list)

    def go(self, progress: Progress | None) -> TrainResult:
        tracker = callbacks.NeptuneCallback(self.run, _settings(self.recipe), data=self.material.describe())
        watching = [*self._verification(), tracker, *self._bar(progress), self.keeper, self.interrupt]
        try:
            with tracker, self.interrupt.listening():
                for stage in range(len(self.recipe.stages)):
                    self._fit(stage, watching)
                return self._finish()
        except KeyboardInterrupt:
            if not self.interrupt.at_once:
                self.keeper.save(self.model)
            raise TrainingInterrupted(self.folder, self.keeper.position) from None
        finally:
            self.run.stop()

    def _fit(self, stage: int, watching: list[keras.callbacks.Callback]) -> None:
        """Trains a stage, or what is left of it."""
        first, last = ([0, *self.ends])[stage : stage + 2]
        if self.keeper.position == Position(first) and stage > 0:
            self.model = self._begin(stage, self.model)
        for epochs, steps in self._spans(last, self.steps[stage]):
            position = self.keeper.position
            batches = self.material.batches(self.recipe, stage, position.epoch)
            history = self.model.fit(
                batches.repeat().skip(position.step),
                initial_epoch=position.epoch,
                epochs=epochs,
                steps_per_epoch=steps,
                callbacks=watching,
                verbose=0,
            )
            for metric, values in history.history.items():
                self.history[metric] += values

    def _spans(self, last: int, steps: int) -> Iterator[tuple[int, int]]:
        """The calls of `fit` up to epoch `last`: (last epoch, steps of an epoch). A begun epoch is finished first."""
        if self.keeper.position.step:
            yield self.keeper.position.epoch + 1, steps - self.keeper.position.step
        if self.keeper.position.epoch < last:
            yield last, steps

    def _begin(self, stage: int, former: FaceModel | None) -> FaceModel:
        """The model of a stage: the former one's backbone, and its head where the new loss goes with it."""
        keras.utils.set_random_seed(self.recipe.seed + stage)
        backbone = former.backbone if former else build.make_backbone(self.recipe, self.material.input_shape)
        loss, head, optimizer = self._parts(stage)
        if (
            former
            and head
            and former.head
            and former.head.get_config() == {**head.get_config(), "name": former.head.name}
        ):
            head = former.head
        model = FaceModel(backbone, head)
        with build.at(self.recipe, "stages", stage, "loss"):
            model.compile(optimizer, loss=loss, metrics=["accuracy"] if head else None)
        return model

    def _parts(self, stage: int):
        classes = self.material.num_classes
        loss = build.make_loss(self.recipe, stage, classes)
        head = build.make_head(self.recipe, stage, loss, classes)
        return loss, head, build.make_optimizer(self.recipe, stage, self.steps[stage])

    def _verification(self) -> list[keras.callbacks.Callback]:
        held_out, every = self.material.held_out, self.recipe.evaluation.every
        if not held_out or not every:
            return []
        where = {"name": held_out.name, "every": every, "flip": held_out.flip, "folds": held_out.folds}
        return [callbacks.Verification(held_out.images, held_out.pairs, **where)]

    def _bar(self, progress: Progress | None) -> list[keras.callbacks.Callback]:
        return [EpochBar(progress, self.folder.name, self.ends[-1])] if progress else []

    def _finish(self) -> TrainResult:
        seconds = self.keeper.seconds
        measured = None
        if self.material.held_out:
            measured = self.material.held_out.measure(self.model)
            tracking.log_results(self.run, self.material.held_out.name, measured.to_dict())
        self.interrupt.stop_if_requested()
        self.keeper.save(self.model, finished=True)
        result = TrainResult(
            recipe=self.recipe,
            output=self.folder,
            model=self.model,
            run_id=self.keeper.run_id,
            history=dict(self.history),
            measured=measured,
            seconds=seconds,
            skipped=self.material.skipped,
        )
        write_json(self.folder / output.RESULTS, result.to_dict())
        return result


def _settings(recipe: Recipe) -> dict:
    """The part of a recipe that decides the result, for comparisons of runs."""
    return {key: value for key, value in recipe.to_dict().items() if key not in ("output", "tracking")}


def _restored(folder: Path, former: State) -> FaceModel:
    model = keras.models.load_model(folder / former.model)
    seeds.restore(model, former.seeds)
    return model


def _start_run(recipe: Recipe, run_id: str | None):
    settings = recipe.tracking
    with build.at(recipe, "tracking"):
        return tracking.init_run(
            settings.name or Path(recipe.output).name,
            settings.tags,
            mode=settings.mode,
            directory=settings.directory,
            run_id=run_id,
        )


@contextmanager
def _precision(policy: str):
    """Sets Keras' dtype policy for a while."""
    former = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(policy)
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(former)
