"""What the layers of our networks are called in InsightFace's PyTorch code."""

import re
from collections.abc import Callable
from typing import NamedTuple


class Names(NamedTuple):
    """How a network's layers are called there, and which tensor is as long as the embeddings."""

    of: Callable[[str], str]
    last: str


_IRESNET = {
    "stem_conv": "conv1",
    "stem_norm": "bn1",
    "stem_prelu": "prelu",
    "head_norm": "bn2",
    "head_dense": "fc",
    "embedding": "features",
}
_IN_BLOCK = {
    "norm1": "bn1",
    "conv1": "conv1",
    "norm2": "bn2",
    "prelu": "prelu",
    "conv2": "conv2",
    "norm3": "bn3",
    "shortcut_conv": "downsample.0",
    "shortcut_norm": "downsample.1",
}


def _of_iresnet(layer):
    if layer in _IRESNET:
        return _IRESNET[layer]
    stage, block, part = re.fullmatch(r"stage(\d+)_block(\d+)_(\w+)", layer).groups()
    return f"layer{stage}.{int(block) - 1}.{_IN_BLOCK[part]}"


_MOBILEFACENET = {
    "head_depthwise": "features.layers.0.layers.0",
    "head_norm": "features.layers.0.layers.1",
    "head_dense": "features.layers.2",
    "embedding": "features.layers.3",
}
_UNIT = {"expand_": ".layers.0", "depthwise_": ".layers.1", "project_": ".layers.2", "": ""}
_IN_UNIT = {"conv": 0, "norm": 1, "prelu": 2}


def _of_mobilefacenet(layer):
    if layer in _MOBILEFACENET:
        return _MOBILEFACENET[layer]
    place, unit, part = re.fullmatch(r"(.+?)_(expand_|depthwise_|project_|)(conv|norm|prelu)", layer).groups()
    return f"{_place(place, unit)}{_UNIT[unit]}.layers.{_IN_UNIT[part]}"


def _place(place, unit):
    """There, the stem, the stages and what leads from one stage to the next are numbered in turn."""
    if place in ("stem", "last"):
        return {"stem": "layers.0", "last": "conv_sep"}[place]
    stage, block = re.fullmatch(r"stage(\d+)_(?:down|block(\d+))", place).groups()
    if block is None:
        return f"layers.{2 * int(stage) - 2}"
    number = 2 * int(stage) - 1
    return f"layers.{number}.layers.{int(block) - 1}" if unit else f"layers.{number}"


_IRESNETS = Names(_of_iresnet, "fc.weight")
_MOBILEFACENETS = Names(_of_mobilefacenet, "features.layers.2.weight")
ALL = {f"iresnet{depth}": _IRESNETS for depth in (18, 34, 50, 100)}
ALL |= {"mobilefacenet": _MOBILEFACENETS, "mobilefacenet_large": _MOBILEFACENETS}
