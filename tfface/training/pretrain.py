"""A stage that learns from two views of the images before another one learns from labels."""

import tensorflow as tf
from tensorflow import keras

from .. import distribute
from ..data.views import changes
from ..models import TwoViewModel, two_view
from ..models.layer_rates import LayerRates
from ..models.two_view_methods import ARGUMENTS, method_loss
from .build import at
from .schema import Recipe


def check_pretraining(recipe: Recipe, stage: int) -> None:
    """Refuses what a method does not have, before anything is made.

    Raises:
        RecipeError: an argument, a preset or the batches do not go with the method.
    """
    wanted = recipe.stages[stage].pretrain
    with at(recipe, "stages", stage, "pretrain"):
        own = {name: value for name, value in wanted.arguments.items() if name not in ARGUMENTS}
        method_loss(wanted.name, wanted.arguments.get("memory"), **own)
    with at(recipe, "stages", stage, "pretrain", "preset"):
        changes(wanted.preset)
    if recipe.stages[stage].batch.size is None:
        raise recipe.error(("stages", stage, "batch"), "expected a size: views are compared, not identities")


def pretraining_model(recipe: Recipe, stage: int, backbone, optimizer, steps: int) -> TwoViewModel:
    """The model of such a stage, compiled; `steps` are those of the whole stage."""
    wanted = recipe.stages[stage].pretrain
    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        distribute.synchronize(backbone)  # before there is a slow copy of it
    with at(recipe, "stages", stage, "pretrain"):
        return two_view(wanted.name, backbone, optimizer, **{"steps": steps, **wanted.arguments})


def check_layer_rates(recipe: Recipe, backbone: keras.Model) -> None:
    """Refuses rates of layers that the backbone does not have, before a stage is reached that has them.

    Raises:
        RecipeError: no layer has such a name, or a factor is not in (0, 1].
    """
    for index, stage in enumerate(recipe.stages):
        with at(recipe, "stages", index, "layer_rates"):
            LayerRates(backbone, 1.0 if stage.layer_rates is None else stage.layer_rates)


def freeze(backbone: keras.Model, frozen: bool) -> None:
    """Lets a backbone stand still for a stage, and learn again in the next one that does not say so."""
    if frozen or not backbone.trainable:
        backbone.trainable = not frozen
