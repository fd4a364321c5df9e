"""Training steps on two views, images a second: tfface against lightly, one network, batch and process.

    python benchmarks/two_view_steps.py [--batch 128] [--size 64] [--rounds 10] [--methods barlow_twins simsiam …]

Needs TensorFlow, PyTorch and lightly 1.6 in one environment. Both libraries are given the same views, in memory; rounds
alternate, so that a busy machine is busy for both. (Not called ssl.py, which would stand in for Python's own module.)
"""

import argparse
import copy

import numpy as np
import tensorflow as tf
import timing
import torch
from lightly import loss as lightly_losses
from lightly.models.modules import heads
from lightly.models.utils import update_momentum
from tensorflow import keras

import tfface

EMBEDDING, WIDTHS, RATE = 512, (64, 128, 256, 512), 0.05
# Widths of the projector's layers; lightly's take the first and the last.
PROJECTORS = {
    "barlow_twins": (2048, 2048, 2048),
    "vicreg": (2048, 2048, 2048),
    "simsiam": (2048, 2048, 2048),
    "simclr": (2048, 128),
    "byol": (4096, 256),
}
PREDICTORS = {"simsiam": 512, "byol": 4096}
HEADS = {
    "barlow_twins": heads.BarlowTwinsProjectionHead,
    "vicreg": heads.VICRegProjectionHead,
    "simsiam": heads.SimSiamProjectionHead,
    "simclr": heads.SimCLRProjectionHead,
    "byol": heads.BYOLProjectionHead,
}


def ours(method, views):
    """A function that makes one training step, as `fit` does, and waits for it."""
    backbone = tfface.models.backbones.small_cnn(views[0].shape[1:], EMBEDDING, WIDTHS)
    optimizer = keras.optimizers.SGD(RATE, momentum=0.9)
    networks = {"projector": PROJECTORS[method], "predictor": PREDICTORS.get(method)}
    model = tfface.models.two_view(method, backbone, optimizer, **networks)
    batches = iter(tf.data.Dataset.from_tensors(((tuple(map(tf.constant, views))),)).repeat())
    step = model.make_train_function() or model.train_function  # Keras 2 returns it

    def run():
        logs = step(batches)
        return float(tf.convert_to_tensor(tf.nest.flatten(logs)[0]))

    return run, sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


class SmallCnn(torch.nn.Module):
    """`tfface.models.backbones.small_cnn` in PyTorch."""

    def __init__(self, size, channels):
        super().__init__()
        blocks = []
        for before, width in zip((channels, *WIDTHS), WIDTHS, strict=False):
            convolution = torch.nn.Conv2d(before, width, 3, padding=1, bias=False)
            blocks += [convolution, torch.nn.BatchNorm2d(width), torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
        self.blocks = torch.nn.Sequential(*blocks, torch.nn.Flatten())
        self.dense = torch.nn.Linear(WIDTHS[-1] * (size // 2 ** len(WIDTHS)) ** 2, EMBEDDING, bias=False)
        self.norm = torch.nn.BatchNorm1d(EMBEDDING)
        self.norm.weight.requires_grad_(False)  # no scale

    def forward(self, images):
        images = torch.nn.functional.layer_norm(images, images.shape[1:])
        return self.norm(self.dense(self.blocks(images)))


def theirs(method, views):
    """The same of lightly: its heads and losses, in the training loop of its examples."""
    first, second = (torch.tensor(view).permute(0, 3, 1, 2).contiguous() for view in views)
    hidden, *_, out = PROJECTORS[method]
    network = torch.nn.Sequential(SmallCnn(first.shape[-1], first.shape[1]), HEADS[method](EMBEDDING, hidden, out))
    predictor, slow = None, None
    if method == "simsiam":
        predictor = heads.SimSiamPredictionHead(out, PREDICTORS[method], out)
    if method == "byol":
        predictor = heads.BYOLPredictionHead(out, PREDICTORS[method], out)
        slow = copy.deepcopy(network).requires_grad_(False)
    trained = [*network.parameters(), *(predictor.parameters() if predictor else ())]
    optimizer = torch.optim.SGD([one for one in trained if one.requires_grad], RATE, momentum=0.9)
    judge = {
        "barlow_twins": lightly_losses.BarlowTwinsLoss,
        "vicreg": lightly_losses.VICRegLoss,
        "simclr": lightly_losses.NTXentLoss,
    }.get(method, lightly_losses.NegativeCosineSimilarity)()

    def loss():
        one, other = network(first), network(second)
        if predictor is None:
            return judge(one, other)
        with torch.no_grad():
            target, other_target = (slow(first), slow(second)) if slow else (one.detach(), other.detach())
        return (judge(predictor(one), other_target) + judge(predictor(other), target)) / 2

    def run():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        if slow:
            update_momentum(network, slow, 0.996)
        return float(value)

    return run, sum(weight.numel() for weight in trained if weight.requires_grad)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--methods", nargs="+", choices=PROJECTORS, default=list(PROJECTORS))
    given = parser.parse_args()
    random = np.random.default_rng(0)
    views = random.normal(size=(2, given.batch, given.size, given.size, 3)).astype("float32")
    print(f"{torch.get_num_threads()} threads, batch {given.batch}, {given.size}×{given.size}")
    print("| method | parameters | tfface | lightly | lightly's time / ours |\n|---|---|---|---|---|")
    for method in given.methods:
        (mine, size), (other, other_size) = ours(method, views), theirs(method, views)
        if abs(size - other_size) > 0.01 * size:
            raise SystemExit(f"{method}: not the same network: {size} and {other_size} parameters")
        times = timing.compare({"tfface": mine, "lightly": other}, given.rounds, 0.0)
        rates = [f"{given.batch / times[name].median:.0f} images/s" for name in ("tfface", "lightly")]
        spread = "{:.2f}–{:.2f}".format(*times["lightly"].spread)
        print(f"| {method} | {size:,} | {' | '.join(rates)} | {times['lightly'].ratio:.2f} ({spread}) |", flush=True)


if __name__ == "__main__":
    main()
