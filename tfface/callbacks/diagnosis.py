"""What a model's loss tells about collapse: where it comes to rest, which triplets it means, what to change."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .describe import learning_rate

# Four images, two each of two identities, all with one embedding.
_LABELS, _EQUAL = [0, 0, 1, 1], np.full((4, 2), math.sqrt(0.5), np.float32)


class Rest(NamedTuple):
    """The value at which a loss comes to rest without having learnt anything."""

    value: float
    named: str  # "its margin 0.2"
    of_embeddings: bool  # it is that of equal embeddings; else of scores that say nothing


class Triplets(NamedTuple):
    """The triplets that a model is trained with."""

    margin: float = 0.2
    distance: object = "sqeuclidean"
    normalize: bool = True


def parts_of(model) -> dict:
    """The parts of a model's loss and their weights, by their name in the logs."""
    loss = getattr(model, "loss", None)
    if not hasattr(loss, "losses"):
        return {} if loss is None else {"loss": (loss, 1.0)}
    parts = dict(zip(loss.losses, loss.weights, strict=True))
    if len(parts) == 1:
        return {"loss": next(iter(parts.items()))}
    return {part.name: (part, weight) for part, weight in parts.items()}


def resting_values(model) -> dict[str, Rest]:
    """Where the parts of a model's loss come to rest, by their name in the logs; those without such a value left out.

    Of a loss on embeddings it is its value when all of them are equal: the margin of a triplet loss, or ln 2.
    """
    if getattr(getattr(model, "loss", None), "reduction", "") == "sum":
        return {}
    found = {name: (_rest(part), weight) for name, (part, weight) in parts_of(model).items()}
    return {name: _weighted(rest, weight) for name, (rest, weight) in found.items() if rest and weight}


def _weighted(rest, weight):
    return rest if weight == 1 else rest._replace(value=weight * rest.value, named=f"{weight:g} × {rest.named}")


def _rest(loss):
    if "binary_crossentropy" in (loss, getattr(loss, "name", None), getattr(loss, "__name__", None)):
        return Rest(math.log(2.0), "ln 2", of_embeddings=False)
    if getattr(loss, "kind", None) != "embedding" or loss.needs:
        return None
    try:
        value = float(np.mean(loss.call(tf.constant(_LABELS), tf.constant(_EQUAL))))
    except ValueError:  # it takes embeddings of another shape
        return None
    known = {"its margin": getattr(loss, "margin", None), "ln 2": math.log(2.0)}
    named = [
        name for name, at in known.items() if isinstance(at, float | int) and math.isclose(at, value, rel_tol=1e-5)
    ]
    return Rest(value, named[0] if named else "what it is for equal embeddings", of_embeddings=True) if value else None


def triplets_of(model) -> Triplets:
    """The triplets of the model's triplet loss, and the usual ones where it has none; a soft margin counts as 0."""
    for part, _ in parts_of(model).values():
        if "triplet" in getattr(part, "registry_name", ""):
            margin = 0.0 if part.margin == "soft" else part.margin
            return Triplets(margin, part.metric, part.normalize)
    return Triplets()


def advice(model) -> str:
    """The likely cause of a collapse, and what to do."""
    parts = [part for part, _ in parts_of(model).values()]
    kinds = {getattr(part, "kind", "") for part in parts}
    hard = any(getattr(part, "mining", "") == "hard" for part in parts)
    causes = [f"a learning rate that is too high (now {learning_rate(model.optimizer):g})"]
    remedies = ["lower it or warm it up"]
    if hard:
        causes.insert(0, "the hardest triplets of a model that knows nothing yet")
        remedies.append('begin with mining="semi-hard"')
    if "two_view" in kinds:
        causes.insert(0, "a missing stop-gradient, predictor or variance term")
    elif "class" not in kinds:
        remedies.append("add a loss on classes")
    return f"likely causes: {', or '.join(causes)}; {', '.join(remedies)}"
