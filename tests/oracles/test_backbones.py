"""Weights of InsightFace's PyTorch networks give the same embeddings here, with every weight and statistic random."""

import json
from pathlib import Path

import numpy as np
import pytest
from backbone_tensors import images, tensor

from tfface.models import backbones
from tfface.models.pytorch.assign import assign
from tfface.models.pytorch.names import ALL

LARGE = ("iresnet34", "iresnet50", "iresnet100", "mobilefacenet_large")


@pytest.mark.parametrize(
    "network", [pytest.param(name, marks=pytest.mark.soak if name in LARGE else ()) for name in ALL]
)
def test_embeddings_are_those_of_the_pytorch_network(network):
    with np.load(Path(__file__).with_name("backbones.npz")) as archive:
        shapes, expected = json.loads(str(archive["notes"]))["tensors"][network], archive[network]
    model = getattr(backbones, network)()
    assign(model, ALL[network], {name: tensor(name, tuple(shape)) for name, shape in shapes.items()})
    np.testing.assert_allclose(model(images()), expected, rtol=0, atol=2e-5 * np.abs(expected).max())
