"""The methods that learn from two views, by name: the networks of their papers, and the loss."""

from dataclasses import dataclass

from tensorflow import keras

from .. import losses
from .._check import whole
from .._suggest import did_you_mean
from ..layers import Predictor, Projector
from .two_view_model import TwoViewModel


@dataclass(frozen=True)
class Method:
    """The networks of a paper.

    Args:
        widths: of the projector.
        batch_norm: whether the projector's hidden layers are batch-normalised.
        last_batch_norm: whether projections are.
        predictor: width of the predictor; None for none.
        momentum: of the slow copy; None for none.
        rises: whether the momentum rises to 1 along a cosine until the end of the training.
        memory: name of the loss that can compare with former batches too; None if there is none.
    """

    widths: tuple[int, ...]
    batch_norm: bool = True
    last_batch_norm: bool = False
    predictor: int | None = None
    momentum: float | None = None
    rises: bool = False
    memory: str | None = None


METHODS = {
    "barlow_twins": Method((8192, 8192, 8192)),
    "simsiam": Method((2048, 2048, 2048), last_batch_norm=True, predictor=512),
    "vicreg": Method((8192, 8192, 8192)),
    "simclr": Method((2048, 128), memory="ntxent"),
    "byol": Method((4096, 256), predictor=4096, momentum=0.996, rises=True),
    "moco": Method((2048, 128), batch_norm=False, momentum=0.999),
    "supcon": Method((2048, 128), batch_norm=False, memory="supcon"),
}


# Those of `two_view` that are not its loss's.
ARGUMENTS = ("projector", "predictor", "momentum", "steps", "memory")


def two_view(
    method,
    backbone,
    optimizer="adam",
    projector=None,
    predictor=None,
    momentum=None,
    steps=None,
    memory=None,
    head=None,
    labelled=None,
    **loss_arguments,
):
    """A `TwoViewModel` as in the paper of a method, compiled: what is left is `fit` on two views.

    | method | projector | predictor | slow copy |
    |---|---|---|---|
    | `barlow_twins`, `vicreg` | 8192, 8192, 8192 | | |
    | `simsiam` | 2048, 2048, 2048, all batch-normalised | 512 | |
    | `byol` | 4096, 256 | 4096 | m from 0.996 to 1 |
    | `moco` (version 2) | 2048, 128, no batch normalisation | | m = 0.999 |
    | `simclr` | 2048, 128 | | |
    | `supcon` (with labels) | 2048, 128, no batch normalisation | | |

    These are sizes for backbones with 2048 features and for hundreds of thousands of images; smaller ones learn faster.

    Args:
        method: one of these names.
        backbone: a built Keras model, images in, embeddings (B, D) out.
        optimizer: as `keras.Model.compile` takes it; the papers have `tfface.LARS` (SGD for SimSiam, MoCo and SupCon).
        projector: widths instead of the paper's, or a layer.
        predictor: a width instead of the paper's, or a layer.
        momentum: of the slow copy, instead of the paper's.
        steps: length of the training, over which BYOL's momentum rises to 1; None keeps it where it begins.
        memory: for SimCLR and SupCon, how many projections of former batches are compared with too.
        head: for losses on classes, where some images are labelled.
        labelled: loss on these, added to the method's; `2.0 * tfface.ArcFace()` weighs twice as much.
        **loss_arguments: those of the method's loss: `temperature=0.1`.

    Returns:
        The model; `model.backbone` is what is kept.

    Raises:
        ValueError: an unknown method, or an argument that it does not have.

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> backbone = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(16)])
        >>> model = tfface.models.two_view("simclr", backbone, projector=(64, 32), temperature=0.1)
        >>> model.loss
        SimCLR(temperature=0.1)
    """
    loss = method_loss(method, memory, **loss_arguments)
    paper = METHODS[method]
    for argument, value, known in (("predictor", predictor, paper.predictor), ("momentum", momentum, paper.momentum)):
        if value is not None and known is None:
            raise ValueError(f"{argument}: {method} has none, received {value!r}")
    model = TwoViewModel(
        backbone,
        _projector(projector, paper),
        _predictor(predictor, paper),
        _momentum(paper, steps) if momentum is None else momentum,
        head,
    )
    model.compile(optimizer, loss=loss if labelled is None else losses.get(labelled) + loss)
    return model


def method_loss(method, memory=None, **arguments):
    """The loss of a method, which may compare with as many projections of former batches as `memory` says."""
    if method not in METHODS:
        raise ValueError(f"method: unknown name {method!r}, {did_you_mean(str(method), METHODS)}")
    if memory is None:
        return losses.get(method, **arguments)
    remembering = METHODS[method].memory
    if remembering is None:
        raise ValueError(f"memory: {method} has none, received {memory!r} (MoCo's is queue_size)")
    return losses.CrossBatchMemory(losses.get(remembering, **arguments), size=memory)


def _projector(given, paper):
    if isinstance(given, keras.layers.Layer):
        return given
    return Projector(given or paper.widths, paper.batch_norm, paper.last_batch_norm)


def _predictor(given, paper):
    if paper.predictor is None or isinstance(given, keras.layers.Layer):
        return given
    return Predictor(given or paper.predictor)


def _momentum(paper, steps):
    if not paper.rises or steps is None:
        return paper.momentum
    # 1 − (1 − m)(1 + cos πk/K)/2 at step k of K.
    steps = whole("steps", steps, 1)
    return keras.optimizers.schedules.CosineDecay(paper.momentum, steps, alpha=1.0 / paper.momentum)
