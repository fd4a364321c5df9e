"""One step (value and gradients) of every loss of the registry, and the floor below it: the matmuls it cannot avoid."""

import inspect
import math

import numpy as np
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface import functional as F
from tfface.losses._base import arguments_of

IMAGES_PER_IDENTITY = 4


class Sizes:
    """How large the benchmark is: B and C of losses with classes, B of losses over pairs, D of all."""

    def __init__(self, batch=256, pair_batch=2048, dimension=512, classes=10_000):
        self.batch, self.pair_batch, self.dimension, self.classes = batch, pair_batch, dimension, classes


def inputs(kind, sizes):
    """Labels (B,) and embeddings (B, D) of a kind of loss; identities come with four images each."""
    random = np.random.default_rng(0)
    batch = sizes.batch if kind == "class" else sizes.pair_batch
    labels = np.repeat(random.permutation(sizes.classes)[: batch // IMAGES_PER_IDENTITY], IMAGES_PER_IDENTITY)
    identities = random.normal(size=(sizes.classes, sizes.dimension))[labels]
    return labels.astype("int32"), (identities + random.normal(size=identities.shape)).astype("float32")


def make(name, sizes):
    """A loss by its registry name with its default arguments."""
    cls = next(row.cls for row in tfface.losses.table() if row.name == name)
    needed = [key for key, value in arguments_of(cls).items() if value is inspect.Parameter.empty]
    known = {"num_classes": sizes.classes, "size": sizes.pair_batch, "loss": tfface.ContrastiveLoss()}
    return tfface.losses.get(name, **{key: known[key] for key in needed})


def step(loss, sizes, jit=False):
    """A function that computes value and gradients of a loss once."""
    labels, embeddings = (tf.constant(array) for array in inputs(loss.kind, sizes))
    specs = loss.state(F.Sizes(sizes.dimension, sizes.classes, sizes.classes))
    state = {spec.name: tf.Variable(_first_value(spec)) for spec in specs}
    trained = [state[spec.name] for spec in specs if spec.trainable]
    if loss.kind == "class":
        head = _head(loss, sizes)
        trained.append(tf.Variable(head.kernel.numpy() if hasattr(head.kernel, "numpy") else head.kernel))
        head.kernel = trained[-1]

    @tf.function(jit_compile=jit)
    def run():
        with tf.GradientTape() as tape:
            tape.watch(embeddings)
            if loss.kind == "class":
                losses = head.supervise(embeddings, labels, loss, state, True).losses
            elif loss.kind == "two_view":
                half = tf.split(embeddings, 2)
                losses = loss.view_losses(*_views(loss, *half), state)[0]
            else:
                losses = loss.embedding_losses(labels, embeddings, state)[0]
            value = tf.reduce_mean(losses)
        return value, tape.gradient(value, [embeddings, *trained], unconnected_gradients="zero")

    return lambda: run()[0].numpy()


def floor(loss, sizes):
    """The matmuls of a step: scores and their two gradients, or products within the batch and their gradient.

    (A loss with neither, like the centre loss, is far below this floor.)
    """
    _, embeddings = inputs(loss.kind, sizes)
    embeddings = tf.constant(embeddings)
    random = np.random.default_rng(1)
    specs = loss.state(F.Sizes(sizes.dimension, sizes.classes, sizes.classes))
    proxies = sum(math.prod(spec.shape) // sizes.dimension for spec in specs if spec.trainable and len(spec.shape) > 1)
    rows = sizes.classes if loss.kind == "class" else proxies or len(embeddings)
    others = tf.constant(random.normal(size=(rows, sizes.dimension)).astype("float32"))
    upstream = tf.constant(random.normal(size=(len(embeddings), rows)).astype("float32"))

    @tf.function
    def classes():
        return (
            tf.matmul(embeddings, others, transpose_b=True),
            tf.matmul(upstream, others),
            tf.matmul(upstream, embeddings, transpose_a=True),
        )

    @tf.function
    def pairs():
        # d(X Xᵀ) = (G + Gᵀ) X: both operands are the embeddings.
        return (
            tf.matmul(embeddings, embeddings, transpose_b=True),
            tf.matmul(upstream, embeddings),
            tf.matmul(upstream, embeddings, transpose_a=True),
        )

    run = classes if loss.kind == "class" or proxies else pairs
    return lambda: [part[0, 0].numpy() for part in run()]


def _head(loss, sizes):
    layers = tfface.layers
    if loss.inputs == "cosine":
        head = layers.CosineHead(sizes.classes)
    else:
        head = layers.LinearHead(sizes.classes, use_bias=F.margin.WEIGHT_NORM not in loss.rule.needs)
    head.build((None, sizes.dimension))
    return head


def _views(loss, one, other):
    pair = tf.stack([one, other], axis=1)
    return (pair, pair[:, ::-1]) if loss.registry_name in ("simsiam", "byol") else (one, other)


def _first_value(spec):
    if isinstance(spec.initial, str):
        return keras.initializers.get(spec.initial)(spec.shape, dtype=spec.dtype)
    return tf.fill(spec.shape, tf.constant(spec.initial, spec.dtype))
