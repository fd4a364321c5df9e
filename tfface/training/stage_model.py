"""The model of a stage: its loss, head and optimizer, and the backbone of the stage before."""

from tensorflow import keras

from ..models import FaceModel, TwoViewModel
from . import build
from .material import Material
from .pretrain import freeze, pretraining_model
from .schema import Recipe


def model_of(
    recipe: Recipe, material: Material, stage: int, steps: int, former: FaceModel | TwoViewModel | None
) -> FaceModel | TwoViewModel:
    """The compiled model of a stage: the former one's backbone, and its head where the new loss goes with it.

    Args:
        recipe: of the training.
        material: what it learns from.
        stage: which one of the recipe's.
        steps: in an epoch of it.
        former: the model of the stage before; None for the first.
    """
    wanted = recipe.stages[stage]
    keras.utils.set_random_seed(recipe.seed + stage)
    backbone = former.backbone if former else build.make_backbone(recipe, material.input_shape)
    loss, head, optimizer = parts(recipe, material, stage, steps)
    if wanted.pretrain:
        return pretraining_model(recipe, stage, backbone, optimizer, wanted.epochs * steps)
    freeze(backbone, wanted.frozen)
    if former and build.alike(head, getattr(former, "head", None)):
        head = former.head
    model = FaceModel(backbone, head)
    with build.at(recipe, "stages", stage, "loss"):
        metrics = ["accuracy"] if head else None
        model.compile(optimizer, loss=loss, metrics=metrics, layer_rates=wanted.layer_rates)
    return model


def parts(recipe: Recipe, material: Material, stage: int, steps: int):
    """Loss, head and optimizer of a stage."""
    loss = build.make_loss(recipe, stage, material.num_classes)
    head = build.make_head(recipe, stage, loss, material.num_classes)
    return loss, head, build.make_optimizer(recipe, stage, steps)
