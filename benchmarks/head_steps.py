"""Training steps of ArcFace with C classes on given embeddings: ours by engine, other ways, and their floor."""

import math

import numpy as np
import tensorflow as tf
from tensorflow import keras

import tfface

MARGIN, SCALE, RATE, MOMENTUM = 0.5, 64.0, 0.1, 0.9
# engine → arguments of the head, share of the classes in a step, and how often a step multiplies (C, D) by (B, D)
ENGINES = {
    "dense": ({"engine": "dense"}, 1.0, 3),
    "chunked": ({"engine": "chunked"}, 1.0, 4),
    "partial": ({"engine": "partial", "sample_rate": RATE}, RATE, 3),
    "sharded": ({"engine": "sharded"}, 1.0, 3),
    "sharded-partial": ({"engine": "sharded", "sample_rate": RATE}, RATE, 3),
    "one-hot": (None, 1.0, 3),
    "pytorch-metric-learning": (None, 1.0, 3),
}


def inputs(batch, dimension, classes):
    """Embeddings (B, D) and labels (B,)."""
    random = np.random.default_rng(0)
    embeddings = random.normal(size=(batch, dimension)).astype("float32")
    return embeddings, random.integers(classes, size=batch).astype("int32")


def step(engine, batch, dimension, classes, optimizer, jit=False):
    """A function that does one training step and returns the loss when all is done.

    The optimiser is SGD with "momentum" or with "none"; with "gradients" a step ends with those.
    """
    embeddings, labels = inputs(batch, dimension, classes)
    if engine == "pytorch-metric-learning":
        return _torch_step(embeddings, labels, classes, optimizer)
    made = OneHot(dimension, classes) if engine == "one-hot" else model(engine, dimension, classes)
    rule = keras.optimizers.SGD(0.01, momentum=MOMENTUM if optimizer == "momentum" else 0.0)
    if engine == "one-hot":
        made.compile(rule)
    else:
        made.compile(rule, loss=tfface.ArcFace(margin=MARGIN, scale=SCALE))
    data = tf.constant(embeddings), tf.constant(labels)
    if optimizer == "gradients":
        return _gradients(made, data, jit)
    made.train_on_batch(embeddings, labels)  # makes the optimiser's slots

    @tf.function(jit_compile=jit)
    def run():
        return made.train_step(data)

    return lambda: float(run()["loss"])


def floor(matmuls, batch, dimension, classes):
    """A function that does the matmuls a step cannot avoid: scores, and the gradients of both sides."""
    random = tf.random.Generator.from_seed(0)
    embeddings = random.normal((batch, dimension))
    weights, upstream = random.normal((classes, dimension)), random.normal((batch, classes))

    @tf.function
    def run():
        products = [
            tf.matmul(embeddings, weights, transpose_b=True),
            tf.matmul(upstream, weights),
            tf.matmul(upstream, embeddings, transpose_a=True),
        ]
        if matmuls == 4:  # the scores once more, of other numbers, so that they are not taken for the same
            products.append(tf.matmul(products[1], weights, transpose_b=True))
        return tf.add_n([product[0, 0] for product in products])

    return lambda: float(run())


def model(engine, dimension, classes):
    """A model of nothing but a head; the embeddings pass something that is trained, so their gradient is needed."""
    embeddings = keras.Input((dimension,))
    backbone = keras.Model(embeddings, keras.layers.PReLU(alpha_initializer="ones")(embeddings))
    return tfface.FaceModel(backbone, tfface.layers.CosineHead(classes, **ENGINES[engine][0]))


class OneHot(keras.Model):
    """ArcFace as other TensorFlow code writes it: weights (D, C), arccos, one-hot labels, softmax cross-entropy."""

    def __init__(self, dimension, classes):
        super().__init__()
        self.backbone = keras.layers.PReLU(alpha_initializer="ones")
        self.classes = classes
        self.kernel = self.add_weight(name="kernel", shape=(dimension, classes), initializer="glorot_uniform")

    def call(self, embeddings):
        return self.backbone(embeddings)

    def differentiated(self, data):
        """The loss and its gradients."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            embeddings = tf.nn.l2_normalize(self(images), axis=1)
            weights = tf.nn.l2_normalize(tf.convert_to_tensor(self.kernel), axis=0)
            cosines = tf.clip_by_value(tf.matmul(embeddings, weights), -1 + 1e-7, 1 - 1e-7)
            targets = tf.one_hot(labels, self.classes)
            angles = tf.acos(cosines) + MARGIN * targets
            logits = SCALE * tf.cos(angles)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
        return loss, tape.gradient(loss, self.trainable_variables)

    def train_step(self, data):
        loss, gradients = self.differentiated(data)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


def _gradients(made, data, jit):
    """A function that differentiates the loss, and returns it when all is done."""

    def differentiated():
        if isinstance(made, OneHot):
            return made.differentiated(data)
        taken = made._take(data)
        weights = [one.weights for one in taken]
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss, _ = made._supervise(data, True, *taken)
        return loss, tape.gradient(loss, [*made.trainable_variables, *weights])

    @tf.function(jit_compile=jit)
    def run():
        loss, gradients = differentiated()
        # A corner of each, so that it has to be there.
        return loss, [tf.reshape(gradient, [-1])[0] for gradient in tf.nest.flatten(gradients)]

    return lambda: float(run()[0])


def _torch_step(embeddings, labels, classes, optimizer):
    import torch
    from pytorch_metric_learning.losses import ArcFaceLoss

    device = "cuda" if torch.cuda.is_available() else "cpu"
    loss = ArcFaceLoss(classes, embeddings.shape[1], margin=math.degrees(MARGIN), scale=SCALE).to(device)
    embeddings = torch.tensor(embeddings, device=device, requires_grad=True)
    labels = torch.tensor(labels, device=device).long()
    momentum = MOMENTUM if optimizer == "momentum" else 0.0
    update = torch.optim.SGD(loss.parameters(), 0.01, momentum=momentum).step if optimizer != "gradients" else None

    def run():
        embeddings.grad = None
        loss.zero_grad()
        value = loss(embeddings, labels)
        value.backward()
        if update:
            update()
        return value.item()

    return run
