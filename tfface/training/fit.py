"""Trains what a recipe describes, stage after stage, so that it can be stopped and continued."""

import json
import signal
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import accumulate
from pathlib import Path

import tensorflow as tf
from rich.progress import Progress
from tensorflow import keras

from .. import callbacks, distribute, tracking
from .._compat import readable_seeds
from ..data import FaceSet
from ..models import FaceModel
from . import build, output, seeds, unreadable
from .checkpoint import Checkpoint, Position, write
from .errors import TrainingInterrupted, go_on
from .held_out import log_measured
from .identities import check_identities
from .interrupt import Interrupt
from .keeper import Keeper
from .material import Material
from .monitors import Monitors
from .pretrain import check_layer_rates, check_pretraining
from .progress import EpochBar
from .recipe import load_recipe
from .result import TrainResult
from .schema import Recipe
from .stage_model import model_of, parts
from .tracker import make_tracker, mirror, start_run
from .workers import Workers


def train(
    recipe: Recipe | str | Path | Mapping,
    resume: bool = False,
    progress: Progress | None = None,
    faces: FaceSet | None = None,
    watching: Sequence[keras.callbacks.Callback] = (),
) -> TrainResult:
    """Trains what a recipe describes.

    Everything is checked before work starts. Each epoch ends with a checkpoint, and the recipe's `checkpoint` can ask
    for more; Ctrl-C or SIGTERM ends the training after the step under way, with what was learnt saved. After that, or
    when the process was killed, `resume=True` continues as if nothing had happened.

    Args:
        recipe: a recipe, or what `load_recipe` reads.
        resume: whether to continue the training in the recipe's output folder.
        progress: a rich progress display to add a bar to.
        faces: those of the recipe's source, where they are open already.
        watching: further callbacks; they see an epoch's logs with the figures on held-out people in them.

    Raises:
        RecipeError: something in the recipe makes no sense; one line per problem.
        ImageError: an image cannot be read.
        TrainingInterrupted: Ctrl-C or SIGTERM.
        WorkerLost: of several processes that train together, another one has ended or does not answer.
        OSError: the trained model cannot be written; checkpoints that cannot are only told of.

    Example:
        >>> recipe = {"data": {"source": "orl", "train_identities": 30}, "loss": "arcface", "epochs": 20}
        >>> train(recipe).measured.verification.accuracy  # doctest: +SKIP
    """
    recipe = recipe if isinstance(recipe, Recipe) else load_recipe(recipe)
    with build.at(recipe, "strategy"):
        strategy = distribute.strategy(recipe.strategy)
    workers = Workers(strategy)
    with _precision(recipe.precision), readable_seeds():
        with workers.gone(Path(recipe.output)):
            training = _Training(recipe, resume, strategy, workers, faces)
        return training.go(progress, watching)


class _Training:
    """One call of `train`: what was prepared for it, and how far it has come."""

    def __init__(
        self,
        recipe: Recipe,
        resume: bool,
        strategy: tf.distribute.Strategy,
        workers: Workers,
        faces: FaceSet | None,
    ):
        self.recipe = recipe
        self.strategy, self.workers = strategy, workers
        self.folder, former = output.claim(recipe, resume, workers.chief)
        self.material = Material(recipe, faces)
        build.find_backbone(recipe)
        for stage in range(len(recipe.stages)):
            self.material.augment(stage)
            if recipe.stages[stage].pretrain:
                check_pretraining(recipe, stage)
            parts(recipe, self.material, stage, steps=1)
        self.material.decode()
        faces = self.material.fingerprint
        output.check_data(recipe, former, faces)
        output.check_place(recipe, former, workers)
        check_identities(recipe, self.material)
        self.monitors = Monitors(recipe, self.material)
        self.ends = list(accumulate(stage.epochs for stage in recipe.stages))
        self.steps = [len(self.material.batches(stage)) for stage in range(len(recipe.stages))]
        with strategy.scope():
            self.model = _restored(former) if former else self._model_of(0)
        if strategy.num_replicas_in_sync > 1:
            distribute.synchronize(self.model.backbone)
        check_layer_rates(recipe, self.model.backbone)
        state = former.state if former else None
        self.run = start_run(recipe, state.run_id if state else None, self.workers.chief)
        watched = self._verification()
        best_by = f"val_{watched[0].name}_accuracy" if watched else None
        self.tracker = make_tracker(recipe, self.run, self.material, best_by)
        run_id = tracking.run_id(self.run)
        self.interrupt = Interrupt()
        self.keeper = Keeper(self.folder, recipe, faces, run_id, self.tracker, state, self.workers, self.interrupt)
        self.history = defaultdict(list)

    def go(self, progress: Progress | None, further: Sequence[keras.callbacks.Callback]) -> TrainResult:
        watching = [*self._verification(), *further, self.tracker, *self._bar(progress), self.keeper]
        try:
            gone = self.workers.gone(self.folder, lambda: self.keeper.saved)
            with self._mirror(), self.tracker, self.interrupt.listening(), gone:
                for stage, last in enumerate(self.ends):
                    if self.keeper.position.epoch < last and not self.model.stop_training:
                        self._fit(stage, watching)
                return self._finish()
        except KeyboardInterrupt:
            if not self.interrupt.at_once:
                self.keeper.save_if_unsaved(self.model)
            by = self.interrupt.requested or signal.SIGINT
            raise TrainingInterrupted(self.folder, self.keeper.saved, by, self.keeper.trouble) from None
        finally:
            tracking.RunLog(self.run).stop()

    def _fit(self, stage: int, watching: list[keras.callbacks.Callback]) -> None:
        """Trains a stage, or what is left of it."""
        if stage > 0 and self.keeper.position == Position(self.ends[stage - 1]):
            with self.strategy.scope():
                self.model = self._model_of(stage, self.model)
        watching = [*self.monitors.of_stage(stage), *watching]
        for last, steps in self._spans(stage):
            position = self.keeper.position
            with unreadable.named(self.material.images, self._save_after_failure):
                history = self.model.fit(
                    self.workers.divided(partial(self.material.stream, stage, position)),
                    initial_epoch=position.epoch,
                    epochs=last,
                    steps_per_epoch=steps,
                    callbacks=watching,
                    verbose=0,
                )
            for metric, values in history.history.items():
                self.history[metric] += values
            if self.model.stop_training:  # a monitor has seen enough
                break

    def _model_of(self, stage: int, former: FaceModel | None = None) -> FaceModel:
        return model_of(self.recipe, self.material, stage, self.steps[stage], former)

    def _save_after_failure(self) -> str:
        if not self.workers.several:  # others are in the middle of a step
            self.keeper.save_if_unsaved(self.model)
        return go_on(self.folder, self.keeper.saved)

    def _spans(self, stage: int) -> Iterator[tuple[int, int]]:
        """The calls of `fit`: (last epoch, steps in an epoch). An epoch that was begun is finished on its own."""
        position = self.keeper.position
        if position.step:
            yield position.epoch + 1, self.steps[stage] - position.step
        if self.keeper.position.epoch < self.ends[stage]:
            yield self.ends[stage], self.steps[stage]

    def _verification(self) -> list[keras.callbacks.Callback]:
        held_out, shown = self.material.held_out, self.recipe.evaluation.show_hardest
        every = self.recipe.evaluation.every or (shown and self.ends[-1])
        if not held_out or not every:
            return []
        where = {"name": held_out.name, "every": every, "folds": held_out.folds, "prepare": held_out.prepare}
        return [callbacks.Verification(held_out.images, held_out.pairs, **where, **held_out.views, show_hardest=shown)]

    def _bar(self, progress: Progress | None) -> list[keras.callbacks.Callback]:
        return [EpochBar(progress, self.folder.name, self.ends[-1])] if progress and self.workers.chief else []

    def _mirror(self):
        return mirror(self.recipe, self.run) if self.workers.chief else nullcontext()

    def _finish(self) -> TrainResult:
        seconds = self.keeper.seconds
        measured = None
        if self.material.held_out:
            measured = self.material.held_out.measure(self.model)
            log_measured(self.run, self.material.held_out, measured, seconds)
        self.keeper.stop_if_interrupted()
        unreadable.tell(self.run, self.material.skipped)
        result = TrainResult(
            recipe=self.recipe,
            output=self.folder,
            model=self.model,
            run_id=self.keeper.run_id,
            history=dict(self.history),
            measured=measured,
            held_out=self.material.held_out,
            seconds=seconds,
            skipped=self.material.skipped,
        )
        try:
            if self.workers.chief:
                write(self.folder / output.RESULTS, json.dumps(result.to_dict(), indent=2) + "\n")
            self.keeper.finish(self.model)  # the last thing to be done: what says that nothing is left to do
        except OSError as error:
            advice = f"make space, then go on with: tfface train {self.folder / output.RECIPE} --resume"
            raise OSError(error.errno, f"{error.strerror}; {advice}", error.filename) from error
        return result


def _restored(former: Checkpoint) -> FaceModel:
    model = keras.models.load_model(former.path)
    seeds.restore(model, former.state.seeds)
    return model


@contextmanager
def _precision(policy: str):
    """Sets Keras' dtype policy for a while."""
    former = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(policy)
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(former)
