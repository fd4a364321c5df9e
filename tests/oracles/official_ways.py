"""How a loss is asked of the classes in which the authors' own code keeps it: heads, losses, functions of cosines."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from recording import CLASSES
from torch.func import functional_call
from torch.nn.functional import cross_entropy, normalize


@dataclass(frozen=True)
class Entry:
    """A class of a repository, how it is made, and how a loss is asked of it."""

    repository: str
    name: str  # package.module.Class
    use: Callable  # (module, **tensors by input) → loss
    arguments: dict = field(default_factory=dict)
    labels: str = "labels"
    wanted: tuple = ("embeddings", "weights")


def on_cosines(module, labels, embeddings, weights):
    cosines = normalize(embeddings) @ normalize(weights).T
    return cross_entropy(module(cosines * 1.0, labels[:, None]), labels)


def on_embeddings(parameter, module, labels, embeddings, weights, columns=True):
    """A head that keeps weights of its own and gives logits."""
    own = {parameter: weights.T if columns else weights}
    logits = functional_call(module, own, (embeddings, labels))
    return cross_entropy(logits[0] if isinstance(logits, tuple) else logits, labels)


def on_unit_embeddings(parameter, module, labels, embeddings, weights):
    return on_embeddings(parameter, module, labels, normalize(embeddings), weights)


def adaface(module, labels, embeddings, weights):
    norms = embeddings.norm(dim=1, keepdim=True)
    logits = functional_call(module, {"kernel": weights.T}, (embeddings / norms, norms, labels))
    return cross_entropy(logits, labels)


def magface(module, labels, embeddings, weights):
    lower, upper, lower_margin, upper_margin = 1.5, 4.0, 0.45, 0.8

    def margin(norm):
        return (upper_margin - lower_margin) / (upper - lower) * (norm - lower) + lower_margin

    (cosines, with_margin), norm = functional_call(module, {"weight": weights.T}, (embeddings, margin, lower, upper))
    own = torch.nn.functional.one_hot(labels, CLASSES).bool()
    return cross_entropy(torch.where(own, with_margin, cosines), labels) + 35.0 * (norm / upper**2 + 1 / norm).mean()


def sphereface2(module, labels, embeddings, weights, bias):
    return functional_call(module, {"w": normalize(weights), "b": bias.reshape(1)}, (embeddings, labels))


def sphereface_r(module, labels, embeddings, weights):
    return functional_call(module, {"w": normalize(weights)}, (embeddings, labels))


def coco(module, labels, embeddings, weights):
    return functional_call(module, {"w": normalize(weights).T}, (embeddings, labels))


def uniface(module, labels, embeddings, weights, bias):
    own = {"weight": weights, "bias": bias.reshape(1, -1) if bias.ndim else bias.reshape(1)}
    return functional_call(module, own, (embeddings, labels, torch.arange(CLASSES)))


def on_one_view(module, labels, embeddings, weights):
    return module(normalize(embeddings)[:, None], labels)


def on_pairs(module, labels, embeddings, weights):
    return module(normalize(embeddings), labels)


def on_similarities(module, labels, embeddings, weights):
    cosines = normalize(embeddings) @ normalize(embeddings).T
    same = labels[:, None] == labels
    return module(cosines[same.triu(1)], cosines[(~same).triu(1)])


def soft_triple(module, labels, embeddings, weights, sub_weights):
    return functional_call(module, {"fc": sub_weights.T}, (normalize(embeddings), labels))


def labels_first(module, labels, embeddings, weights):
    return functional_call(module, {"centers": weights}, (labels, embeddings))


def labels_last(module, labels, embeddings, weights):
    return functional_call(module, {"centers": weights}, (embeddings, labels))


def with_its_parts(module, labels, embeddings, weights):
    *_, whole = module(embeddings, labels)
    return whole
