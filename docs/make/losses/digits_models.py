"""The models that learn pictures of the digits: one small network, and around it what a loss needs."""

import numpy as np
from digits_setups import CENTRED
from tensorflow import keras

import tfface

CLASSES = 10
# Digits are grey, and no digit is another one's mirror image.
VIEWS = tfface.data.Views(crop=0.5, flip=0.0, hue=0.0, saturation=0.0, grey=0.0, occlusion=0.1)


def backbone(centred=False):
    """Digits (B, 28, 28, 1) → points (B, 2).

    No normalisation at the end, since lengths are the loss's affair; `centred` puts the batch around the origin.
    """
    layers = [keras.Input((28, 28, 1))]
    for width in (16, 32, 64):
        layers += [
            keras.layers.Conv2D(width, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(2),
        ]
    layers += [keras.layers.Flatten(), keras.layers.Dense(128), keras.layers.PReLU(), keras.layers.Dense(2)]
    if centred:
        layers.append(keras.layers.BatchNormalization(momentum=0.9, scale=False, center=False))
    return keras.Sequential(layers)


def head(loss):
    """The head that a loss asks for; None where it needs no scores."""
    for part in getattr(loss, "losses", [loss]):
        if part.kind == "class":
            if part.inputs == "cosine":
                return tfface.layers.CosineHead(CLASSES, sub_centers=3 if part.name == "subcenter_arcface" else 1)
            return tfface.layers.LinearHead(CLASSES, use_bias=part.name != "l_softmax")
    return None


def two_view_model(loss):
    """Where a loss predicts, 2-D points have a projector behind them, or there is nothing to predict."""
    predicts = loss.name in ("simsiam", "byol")
    projector = tfface.layers.Projector((128, 64), last_batch_norm=loss.name == "simsiam") if predicts else None
    predictor = tfface.layers.Predictor(64) if predicts else None
    return tfface.TwoViewModel(backbone(), projector, predictor, {"byol": 0.99, "moco": 0.99}.get(loss.name))


def train(loss, images, labels, batch_size, steps, callbacks):
    """A trained model of uint8 images (N, 28, 28, 1)."""
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps), clipnorm=5.0)
    two_view = loss.kind == "two_view"
    model = two_view_model(loss) if two_view else tfface.FaceModel(backbone(loss.name in CENTRED), head(loss))
    model.compile(optimizer, loss=loss, jit_compile=False)
    if two_view:
        data = tfface.data.two_view_stream(images, batch_size=batch_size, preset=VIEWS)
    else:
        data = tfface.data.training_batches(images, labels, batch_size).repeat()
    model.fit(data, steps_per_epoch=steps, verbose=0, callbacks=callbacks)
    return model


class Snapshots(keras.callbacks.Callback):
    """Points (F, N, 2) of some images during training, the more often the earlier, as that is when most happens."""

    def __init__(self, images, steps, frames):
        super().__init__()
        self.images = tfface.data.standardize(images)
        self.steps = set(np.unique(np.round(steps * np.linspace(0, 1, frames) ** 2).astype(int)))
        self.points = []

    def on_train_begin(self, logs=None):
        self._look(0)

    def on_train_batch_end(self, batch, logs=None):
        self._look(batch + 1)

    def _look(self, step):
        if step in self.steps:
            self.points.append(np.asarray(self.model.backbone(self.images, training=False)))
