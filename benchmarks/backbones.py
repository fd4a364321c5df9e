"""Times a training step of backbones against the same networks in PyTorch, and `fit` against a bare loop.

    python benchmarks/backbones.py FOLDER [NAME ...] [--batch 32] [--rounds 7] [--fit-steps 4] [--no-xla]

FOLDER is a checkout of deepinsight/insightface (its PyTorch networks are the peer); PyTorch stands beside TensorFlow in
one environment. All take turns in one process, on the same cores, in float32: forward, backward and an SGD step with
momentum on images of 112 × 112.
"""

import argparse
import os
import sys

import numpy as np
import tensorflow as tf
import timing
import torch
from rich.console import Console
from rich.table import Table
from tensorflow import keras

import tfface

PEERS = {"iresnet18": "r18", "iresnet50": "r50", "mobilefacenet": "mbf"}
CLASSES = 1000


def main():
    given = _arguments()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    images = np.random.default_rng(0).uniform(-1, 1, (given.batch, 112, 112, 3)).astype(np.float32)
    steps = Table("backbone", "step", "images/s", "PyTorch ÷ ours", "quartiles")
    fits = Table("backbone", "loop images/s", "fit images/s", "fit ÷ loop (time)", "quartiles")
    for name in given.names:
        for row in _steps(name, images, given):
            steps.add_row(*row)
            print(*row, file=sys.stderr, flush=True)
        fits.add_row(*_fit(name, images, given))
    Console(width=110).print(steps, fits)


def _steps(name, images, given):
    functions = {"PyTorch": _torch_step(name, images, given.folder), "ours": _step(name, images, False)}
    if not given.no_xla:
        functions["ours, XLA"] = _step(name, images, True)
    for step, measured in timing.compare(functions, given.rounds).items():
        low, high = (1 / ratio for ratio in reversed(measured.spread))
        rate = f"{given.batch / measured.median:.1f}"
        yield name, step, rate, f"{1 / measured.ratio:.2f}", f"{low:.2f}-{high:.2f}"


def _torch_step(name, images, folder):
    sys.path.insert(0, f"{folder}/recognition/arcface_torch")
    from backbones import get_model

    network = get_model(PEERS[name], fp16=False, num_features=512).train()
    optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9)
    images = torch.tensor(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))

    def step():
        optimizer.zero_grad()
        loss = network(images).square().mean()
        loss.backward()
        optimizer.step()
        loss.item()

    return step


def _step(name, images, xla):
    network = getattr(tfface.models.backbones, name)()
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    optimizer.build(network.trainable_variables)
    images = tf.constant(images)

    @tf.function(jit_compile=xla)
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(network(images, training=True)))
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss

    return lambda: step().numpy()


def _fit(name, images, given):
    """An epoch of a FaceModel's `fit`, and the same computation in a loop of one's own over the same dataset."""
    labels = np.arange(given.batch, dtype=np.int32) % CLASSES
    dataset = tf.data.Dataset.from_tensors((tf.constant(images), tf.constant(labels))).repeat(given.fit_steps)
    loss = tfface.ArcFace()

    def model():
        made = tfface.FaceModel(getattr(tfface.models.backbones, name)(), tfface.layers.CosineHead(CLASSES))
        made.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss=loss)
        return made

    fitted, bare = model(), model()
    bare.optimizer.build(bare.trainable_variables)

    @tf.function
    def step(images, labels):
        with tf.GradientTape() as tape:
            embeddings = bare.backbone(images, training=True)
            value = tf.reduce_mean(bare.head.supervise(embeddings, labels, loss, {}, training=True).losses)
        gradients = tape.gradient(value, bare.trainable_variables)
        bare.optimizer.apply_gradients(zip(gradients, bare.trainable_variables, strict=True))
        return value

    def loop():
        for batch in dataset:
            value = step(*batch)
        value.numpy()

    functions = {"loop": loop, "fit": lambda: fitted.fit(dataset, verbose=0)}
    measured = timing.compare(functions, given.rounds)
    done = given.batch * given.fit_steps
    fit, quartiles = measured["fit"], measured["fit"].spread
    rates = [f"{done / measured[way].median:.1f}" for way in functions]
    return name, *rates, f"{fit.ratio:.3f}", "{:.3f}-{:.3f}".format(*quartiles)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="a checkout of deepinsight/insightface")
    parser.add_argument("names", nargs="*", default=["mobilefacenet", "iresnet18"], metavar="NAME")
    for option, default in (("batch", 32), ("rounds", 7), ("fit-steps", 4)):
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--no-xla", action="store_true", help="leave out the steps compiled with XLA")
    return parser.parse_args()


if __name__ == "__main__":
    main()
