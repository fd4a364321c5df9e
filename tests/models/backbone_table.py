"""Writes the table of docs/backbones.md: python tests/models/backbone_table.py."""

import json
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tensorflow import keras

import tfface
from tfface.models import backbones

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "backbones.md"
HEAD = [
    "| backbone | parameters | multiply-adds | with normalisation and PReLU | published |",
    "|---|--:|--:|--:|---|",
]


class Row(NamedTuple):
    """A network of the table: how it is called, and what has been published of it."""

    name: str
    arguments: dict
    published: str
    again: bool = False  # the same function as of another row, or one that takes long to make

    @property
    def title(self):
        given = "".join(f", {name}={value}" for name, value in self.arguments.items()).removeprefix(", ")
        return f"`{self.name}({given})`"

    def make(self):
        return getattr(backbones, self.name)(**self.arguments)


ROWS = [
    Row("iresnet18", {}, "2.6 G"),
    Row("iresnet34", {}, "", again=True),
    Row("iresnet50", {}, "6.3 G"),
    Row("iresnet100", {}, "12.1 G"),
    Row("mobilefacenet", {}, "0.45 G"),
    Row("mobilefacenet_large", {}, "", again=True),
    Row("ghostfacenet", {"width": 1.3, "strides": 1}, ""),
    Row("ghostfacenet", {"width": 1.3, "strides": 2}, "", again=True),
    Row("ghostfacenet", {"width": 1.0, "strides": 1}, "", again=True),
    Row("ghostfacenet", {"width": 1.0, "strides": 2}, ""),
    Row("resnet50", {}, ""),
    Row("mobilenet", {}, ""),
    Row("vit_tiny", {}, "1.5 G"),
    Row("vit_small", {}, "5.7 G", again=True),
]


def line(row, model):
    """The row of a network that was made."""
    products, more = tfface.models.multiply_adds(model), elementwise(model)
    numbers = [f"{tfface.models.parameters(model):,}", in_giga(products), in_giga(products + more)]
    return f"| {row.title} | {' | '.join(numbers)} | {row.published} |"


def elementwise(model):
    """What ptflops, with which InsightFace counts, adds: two for a number normalised, one for a slope's."""
    costs = {keras.layers.BatchNormalization: 2, keras.layers.PReLU: 1}
    return sum(
        cost * prod(layer.output.shape[1:])
        for layer in model.layers
        for kind, cost in costs.items()
        if isinstance(layer, kind)
    )


def in_giga(count):
    return f"{count / 1e9:.3f} G"


def trained_in_pytorch():
    """Parameters by network, counted there."""
    with np.load(ROOT / "tests" / "oracles" / "backbones.npz") as archive:
        return json.loads(str(archive["notes"]))["parameters"]


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(HEAD[0])
    table = [*HEAD, *(line(row, row.make()) for row in ROWS)]
    PAGE.write_text(before + "\n".join(table) + "\n\n" + rest.partition("\n\n")[2], encoding="utf-8")
