"""Checks of the parts of a FaceModel and of how they go together."""

from tensorflow import keras

from ..functional.margin import WEIGHT_NORM
from ..layers import ProbabilisticEmbedding
from ..layers._head import Head
from ..losses._check import HEADS


def backbone(model):
    """A built model with one output of embeddings."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"backbone: expected a Keras model, received {type(model).__name__}")
    if not model.built or not hasattr(model, "output_shape"):
        raise ValueError("backbone: expected a built Functional or Sequential model: begin it with keras.Input(shape)")
    if not isinstance(model.output_shape, tuple) or len(model.output_shape) != 2:
        raise ValueError(f"backbone: expected one output of embeddings (B, D), received {model.output_shape}")


def probabilistic(model):
    """A backbone whose embeddings say how sure they are."""
    if not any(isinstance(layer, ProbabilisticEmbedding) for layer in model.layers):
        raise ValueError(
            "uncertainty: expected a backbone that ends in a tfface.layers.ProbabilisticEmbedding, trained with "
            "tfface.VonMisesFisher"
        )


def heads(head, auxiliary):
    """Heads of tfface on the embeddings and on hidden layers, each its own, all for the same classes."""
    if not isinstance(auxiliary, dict | None):
        raise TypeError(f"auxiliary: expected a dictionary of heads by layer name, received {auxiliary!r}")
    named = {"head": head} | {f"auxiliary[{layer!r}]": own for layer, own in (auxiliary or {}).items()}
    present = {argument: own for argument, own in named.items() if own is not None}
    for argument, own in present.items():
        if not isinstance(own, Head):
            raise TypeError(f"{argument}: expected a CosineHead or a LinearHead, received {type(own).__name__}")
    if len({id(own) for own in present.values()}) < len(present):
        raise ValueError("auxiliary: expected a head of its own for each layer, received one head twice")
    classes = {argument: own.num_classes for argument, own in present.items()}
    if len(set(classes.values())) > 1:
        raise ValueError(f"auxiliary: expected heads with the same num_classes, received {classes}")


def fit(loss, head, where=""):
    """A loss that can judge the scores of this head."""
    name = f"{where}{type(loss).__name__}"
    if loss.kind == "two_view":
        raise ValueError(
            f"{name} compares two views of the images and takes no labels, which a FaceModel is for; write instead:\n"
            "    model = tfface.TwoViewModel(backbone, projector, predictor)"
        )
    if loss.kind == "class":
        expected = HEADS[loss.inputs]
        if head is None or head.inputs != loss.inputs:
            received = "no head" if head is None else f"a {type(head).__name__}"
            raise ValueError(f"{name}: expected a {expected} in the FaceModel, received {received}")
        if WEIGHT_NORM in loss.rule.needs and head.use_bias:
            raise ValueError(f"{name}: expected a LinearHead(num_classes, use_bias=False), received one with a bias")
    classes = getattr(loss, "num_classes", None)
    if head is not None and classes not in (None, head.num_classes):
        raise ValueError(f"{name}: num_classes={classes}, but the head has num_classes={head.num_classes}")
