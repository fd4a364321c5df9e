"""What a network costs is what its authors say, and what docs/backbones.md says."""

import pytest
from backbone_table import PAGE, ROWS, elementwise, line, trained_in_pytorch
from tensorflow import keras

import tfface


@pytest.mark.parametrize(
    "row", [pytest.param(row, marks=pytest.mark.soak if row.again else (), id=row.title) for row in ROWS]
)
def test_costs(row):
    model = row.make()
    assert line(row, model) in PAGE.read_text(encoding="utf-8").splitlines()
    trained = trained_in_pytorch()
    if row.name in trained:
        assert tfface.models.parameters(model) == trained[row.name]
    if row.published:
        digits = len(row.published.removesuffix(" G").partition(".")[2])
        total = tfface.models.multiply_adds(model) + elementwise(model)
        assert round(total / 1e9, digits) == float(row.published.removesuffix(" G"))


def test_the_counter_gives_the_figures_of_the_articles_for_keras_own_networks():
    mobilenet = keras.applications.MobileNet(weights=None)
    assert round(tfface.models.multiply_adds(mobilenet) / 1e6) == 569  # arXiv 1704.04861, table 8
    assert round(tfface.models.parameters(mobilenet) / 1e6, 1) == 4.2


def test_a_layer_that_cannot_be_counted_is_named():
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, keras.layers.Conv2DTranspose(2, 3, name="up")(inputs))
    with pytest.raises(ValueError, match="cannot count those of up, a Conv2DTranspose"):
        tfface.models.multiply_adds(model)
