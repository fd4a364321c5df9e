"""Networks in their full size are saved, loaded, and learn on: the same step from the copy as from the original."""

import numpy as np
import pytest
from small_models import assert_same_weights
from tensorflow import keras

import tfface
from tfface.models import backbones

SIDE, PEOPLE = 48, 5
DEEP = (
    "iresnet50", "iresnet100", "ghostfacenet", "resnet50", "mobilenet", "mobilefacenet_large", "vit_small",
)  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize("name", DEEP)
def test_saved_loaded_and_a_step_further(name, tmp_path):
    rng = np.random.default_rng(0)
    images, labels = rng.uniform(-1, 1, (8, SIDE, SIDE, 3)).astype(np.float32), np.arange(8) % PEOPLE
    without_chance = {"drop_path" if name.startswith("vit") else "dropout": 0.0}
    backbone = getattr(backbones, name)((SIDE, SIDE, 3), embedding_size=32, **without_chance)
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(PEOPLE))
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss=tfface.ArcFace(scale=16.0))
    model.fit(images, labels, batch_size=8, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert_same_weights(model, again)
    np.testing.assert_array_equal(again.embed(images), model.embed(images))
    losses = [one.fit(images, labels, batch_size=8, verbose=0, shuffle=False).history["loss"] for one in (model, again)]
    assert np.isfinite(losses).all()
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)
    assert_same_weights(model, again, 1e-4)
