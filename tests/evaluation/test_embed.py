"""Embedding images with a function, a Keras model, or anything that has `embed`."""

import numpy as np
import pytest
from tensorflow import keras

from tfface.evaluation import embed

images = np.random.default_rng(0).normal(size=(7, 2, 3, 1)).astype(np.float32)
flat = images.reshape(7, 6)
mirrored = images[:, :, ::-1].reshape(7, 6)


def flatten(batch):
    assert len(batch) <= 3
    return batch.reshape(len(batch), -1)


class Embedder:
    def embed(self, images, batch_size, normalize):
        assert not normalize  # a flip test adds embeddings before they are normalised
        return images.reshape(len(images), -1)


@pytest.mark.parametrize("model", [flatten, Embedder(), keras.Sequential([keras.layers.Flatten()])])
def test_embeds_in_batches_and_adds_the_mirror_image(model):
    embeddings = embed(model, images, batch_size=3)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(embeddings, flat, rtol=1e-6)
    np.testing.assert_allclose(embed(model, images, batch_size=3, flip=True), flat + mirrored, rtol=1e-6)


def test_ten_views():
    seen = []

    def remember(batch):
        seen.extend(batch)
        return batch.reshape(len(batch), -1)

    embeddings = embed(remember, images[:1], flip=True, shift=1)
    np.testing.assert_allclose(embeddings, np.sum(seen, axis=0).reshape(1, -1), rtol=1e-6)
    assert len({view.tobytes() for view in seen}) == 10
    y, x = np.clip(np.arange(2) + 1, 0, 1), np.clip(np.arange(3) - 1, 0, 2)
    assert any(np.array_equal(view, images[0][np.ix_(y, x)]) for view in seen)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"images": images[0]}, "images: expected shape"),
        ({"images": images[:0]}, "images: expected shape"),
        ({"batch_size": 0}, "batch_size"),
        ({"shift": 2}, "shift: expected pixels from 0 to 1, got 2"),
        ({"model": lambda batch: batch}, r"model: expected embeddings of shape \(7, D\), got \(7, 2, 3, 1\)"),
    ],
)
def test_what_cannot_be_embedded(arguments, message):
    with pytest.raises(ValueError, match=message):
        embed(**{"model": flatten, "images": images, "batch_size": 3, **arguments})
