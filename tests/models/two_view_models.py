"""The small models and views of the tests of TwoViewModel; sums of losses, so that few fits try every method."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

import tfface

SIZE, PROJECTED = 10, 12
MOMENTUM = keras.optimizers.schedules.CosineDecay(0.5, 20, alpha=2.0)  # from 0.5 up to 1, as in BYOL


def backbone():
    images = keras.Input((4, 4, 1))
    return keras.Model(images, keras.layers.Dense(SIZE, "relu")(keras.layers.Flatten()(images)))


def projector(size=PROJECTED, **options):
    return tfface.layers.Projector((9, size), **options)


def one_after_the_other():
    """Losses whose views go through the networks separately, with a predictor."""
    model = tfface.TwoViewModel(backbone(), projector(batch_norm=False), tfface.layers.Predictor(5))
    return model, 0.05 * tfface.BarlowTwins() + 0.02 * tfface.VICReg() + tfface.SimSiam()


def both_at_once():
    """Losses whose views go through together; the memory turns around within an epoch."""
    memory = tfface.CrossBatchMemory(tfface.NTXent(temperature=0.5), size=40)
    return tfface.TwoViewModel(backbone(), projector()), tfface.SimCLR() + tfface.SupCon(temperature=0.5) + memory


def slowly():
    """Losses whose targets come from the slow copy."""
    model = tfface.TwoViewModel(backbone(), projector(), tfface.layers.Predictor(5), momentum=MOMENTUM)
    return model, tfface.BYOL() + tfface.MoCo(queue_size=20)


GROUPS = {"one after the other": one_after_the_other, "both at once": both_at_once, "slowly": slowly}


def make(group, **options):
    model, loss = GROUPS[group]()
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=loss, **options)
    return model


def views(size=16, labelled=False):
    """`((first, second), labels)`, as arrays; without labels `((first, second),)`."""
    random = np.random.default_rng(0)
    first = random.normal(size=(size, 4, 4, 1))
    second = first + 0.3 * random.normal(size=first.shape)
    pair = first.astype("float32"), second.astype("float32")
    return (pair, random.integers(0, 4, size)) if labelled else (pair,)


def batches(group, last=13):
    """Two batches; two replicas get 8 + 8 images, then 8 + (last − 8)."""
    return tf.data.Dataset.from_tensor_slices(views(16 + last, labelled=group == "both at once")).batch(16)


def fit(model, data, **options):
    return model.fit(*data, **{"verbose": 0, "shuffle": False, **options}).history


def everything(**options):
    """One model with losses of every kind."""
    model = tfface.TwoViewModel(backbone(), projector(), tfface.layers.Predictor(5), momentum=0.9)
    losses = 0.05 * tfface.BarlowTwins() + tfface.SimSiam() + tfface.BYOL() + tfface.MoCo(queue_size=20)
    model.compile(keras.optimizers.SGD(0.02, momentum=0.9), loss=losses + tfface.SupCon(), **options)
    return model
