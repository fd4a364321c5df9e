"""Verification during `fit`: into the logs, where later callbacks read it, each image embedded once."""

import numpy as np
import pytest
from tensorflow import keras

from tfface.callbacks.verification import Verification
from tfface.data import verification_pairs
from tfface.evaluation import verification

labels = np.repeat(np.arange(4), 5)
rng = np.random.default_rng(0)
images = (rng.normal(size=(4, 3, 3, 1))[labels] + rng.normal(size=(20, 3, 3, 1))).astype(np.float32)
pairs = verification_pairs(labels)


def model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(images.shape[1:]), keras.layers.Flatten(), keras.layers.Dense(4)])
    model.compile("sgd", "mse")
    return model


def fit(model, callbacks, epochs):
    return model.fit(images, np.zeros((20, 4)), epochs=epochs, callbacks=callbacks, verbose=0).history


class Reader(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.read = []

    def on_epoch_end(self, epoch, logs=None):
        self.read.append({key: value for key, value in logs.items() if key.startswith("val_")})


def test_figures_reach_history_and_later_callbacks():
    watch, reader = Verification(images, pairs, name="orl", flip=False), Reader()
    trained = model()
    history = fit(trained, [watch, reader], epochs=2)
    embeddings = trained.predict(images, verbose=0)
    expected = verification(embeddings[pairs.first], embeddings[pairs.second], pairs.same)
    np.testing.assert_allclose(watch.result.roc(), expected.roc())
    assert reader.read[-1] == {
        "val_orl_accuracy": expected.accuracy,
        "val_orl_auc": expected.auc,
        "val_orl_eer": expected.eer,
        "val_orl_tar@far=0.01": expected.tar_at_far[0.01],
    }
    assert history["val_orl_auc"] == [read["val_orl_auc"] for read in reader.read]


def test_early_stopping_and_checkpoint_watch_it(tmp_path):
    stop = keras.callbacks.EarlyStopping("val_pairs_accuracy", mode="max", patience=1, min_delta=1)
    save = keras.callbacks.ModelCheckpoint(
        str(tmp_path / "best.keras"), "val_pairs_accuracy", mode="max", save_best_only=True
    )
    history = fit(model(), [Verification(images, pairs), stop, save], epochs=9)
    assert len(history["loss"]) == 2
    assert (tmp_path / "best.keras").exists()


@pytest.mark.parametrize("every, epochs, ran", [(1, 3, [0, 1, 2]), (2, 5, [1, 3, 4]), (9, 2, [1])])
def test_every_so_many_epochs_and_the_last(every, epochs, ran):
    reader = Reader()
    fit(model(), [Verification(images, pairs, every=every), reader], epochs)
    assert [epoch for epoch, read in enumerate(reader.read) if read] == ran


def test_each_image_is_embedded_once():
    sizes = []

    def embedder(batch):
        sizes.append(len(batch))
        return batch.reshape(len(batch), -1)

    watch = Verification(images, pairs, embedder=embedder, batch_size=8, flip=False)
    fit(model(), [watch], epochs=1)
    assert sizes == [8, 8, 4]
    flat = images.reshape(20, -1)
    assert watch.result.auc == verification(flat[pairs.first], flat[pairs.second], pairs.same).auc


def test_model_with_embed_is_asked_for_its_embeddings():
    class Model(keras.Sequential):
        def embed(self, images, batch_size, normalize):
            return images.reshape(len(images), -1)

    trained = Model([keras.layers.Flatten(), keras.layers.Dense(4)])
    trained.compile("sgd", "mse")
    watch = Verification(images, pairs, flip=False)
    fit(trained, [watch], epochs=1)
    flat = images.reshape(20, -1)
    assert watch.result.auc == verification(flat[pairs.first], flat[pairs.second], pairs.same).auc


def test_training_goes_on_the_same_with_and_without():
    plain = fit(model(), [], 3)
    watched = fit(model(), [Verification(images, pairs)], 3)
    assert watched["loss"] == pytest.approx(plain["loss"], rel=1e-6)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"images": images[:5]}, "pairs: expected indices of 5 images"),
        ({"pairs": (pairs.first[:3], pairs.second, pairs.same)}, "pairs: expected indices"),
        ({"pairs": (pairs.first, pairs.second, pairs.same | True)}, "same: expected genuine and impostor"),
        ({"folds": 1000}, "folds"),
        ({"every": 0}, "every"),
    ],
)
def test_arguments_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        Verification(**{"images": images, "pairs": pairs, **arguments})


def test_what_is_evaluated_is_prepared_anew_each_time():
    seen = []

    def prepare(model):
        seen.append(model)
        return lambda batch: batch.reshape(len(batch), -1) ** len(seen)

    trained = model()
    watch = Verification(images, pairs, flip=False, prepare=prepare)
    fit(trained, [watch], epochs=2)
    assert seen == [trained, trained]
    squared = images.reshape(20, -1) ** 2
    expected = verification(squared[pairs.first], squared[pairs.second], pairs.same)
    np.testing.assert_allclose(watch.result.roc(), expected.roc())
