"""A small model, how it is fitted, and what was written meanwhile."""

import numpy as np
from tensorflow import keras

from tfface.tracking import read_runs

X = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
Y = X[:, :2] * 0.5


def small(optimizer="sgd", **compiled):
    """A model of one layer."""
    images = keras.Input((4,))
    model = keras.Model(images, keras.layers.Dense(2)(images))
    model.compile(optimizer, loss="mse", metrics=["mae"], **compiled)
    return model


def fit(model, *callbacks, y=Y, **options):
    """Two epochs of four steps, unless the options say otherwise."""
    return model.fit(X, y, **{"batch_size": 8, "epochs": 2, "verbose": 0, "callbacks": list(callbacks), **options})


def only(folder):
    """The one run of a folder."""
    (run,) = read_runs(folder)
    return run


def steps(run, path):
    """The steps of a curve."""
    return list(run.series[path].steps)
