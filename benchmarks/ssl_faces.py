"""What pretraining without labels is worth on faces: verification of people never seen, from one folder of faces.

Judged by the same pairs of unseen people: raw pixels, the backbone as it was initialised, the backbone as it learns
from two views of unlabelled images (a curve over the epochs), and ArcFace on K labelled images of each training person,
from the pretrained backbone (job `METHOD:SEED`) and from the random one (job `arcface:SEED`), with as many steps.

    python benchmarks/ssl_faces.py faces/ results/                          # all jobs, one after the other
    python benchmarks/ssl_faces.py faces/ results/ --only barlow_twins:0    # one; several processes share a GPU
    python benchmarks/ssl_faces.py faces/ results/ --table                  # what has been found so far

A job writes `results/METHOD-SEED.json` at each measurement; one that is finished is not run again.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import ssl_table
import tensorflow as tf
from tensorflow import keras

import tfface

METHODS = ("barlow_twins", "simsiam", "vicreg", "simclr", "byol", "moco")
LABELLED = "arcface"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="a folder with a folder of images for each person")
    parser.add_argument("results", type=Path, help="a folder for the figures")
    parser.add_argument("--only", nargs="+", metavar="METHOD:SEED", default=None)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=["barlow_twins", "simsiam"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=300, help="of the pretraining")
    parser.add_argument("--every", type=int, default=10, help="epochs between two points of a curve")
    parser.add_argument("--labelled", type=int, default=5, help="images a person for ArcFace afterwards; 0: none")
    parser.add_argument("--labelled-epochs", type=int, default=60)
    parser.add_argument("--people", type=int, default=190, help="to train on; the others are kept for verification")
    parser.add_argument("--size", type=int, default=64, help="of the images, in pixels")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1e-3, help="of AdamW, after a warm-up of 5 %%")
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 128, 256, 512], help="of the CNN's blocks")
    parser.add_argument("--projector", type=int, nargs="+", default=[2048, 2048, 2048], help="its widths")
    parser.add_argument("--preset", default="faces", help="of tfface.data.two_views")
    parser.add_argument("--jit", action="store_true", help="compile the pretraining step with XLA")
    parser.add_argument("--table", action="store_true", help="only show the results that are there")
    return parser.parse_args()


class Faces:
    """Training images, and those of the people who are kept, with their pairs."""

    def __init__(self, given):
        train, unseen = tfface.data.folder(given.data).split(given.people)
        size = (given.size, given.size)
        self.images, train, _ = train.load(size, 3, "skip")
        unseen_images, unseen, _ = unseen.load(size, 3, "skip")
        self.labels, self.people = train.labels, len(train.identities)
        self.unseen, self.unseen_labels = tfface.data.standardize(unseen_images), unseen.labels
        self.pairs = tfface.data.verification_pairs(unseen.labels, None, seed=0)

    def measure(self, embedder):
        """Verification, identification and spread of the unseen people's images."""
        embeddings = tfface.evaluation.embed(embedder, self.unseen, flip=True)
        first, second, same = self.pairs
        verified = tfface.evaluation.verification(embeddings[first], embeddings[second], same)
        return {
            "accuracy": verified.accuracy,
            "auc": verified.auc,
            "rank1": tfface.evaluation.identification(embeddings, self.unseen_labels).rank1,
            "spread": tfface.evaluation.embedding_spread(embeddings),
            "effective_rank": tfface.evaluation.effective_rank(embeddings),
        }

    def few(self, count, seed):
        """Some images of each training person, the same for every method of a seed."""
        order = np.random.default_rng(seed).permutation(len(self.labels))
        rows = np.concatenate([order[self.labels[order] == person][:count] for person in range(self.people)])
        return self.images[rows], self.labels[rows]


class ViewsOnDevice(tfface.TwoViewModel):
    """Makes the views in its own step, where the network is; a GPU is faster at it than the processors beside it."""

    def train_step(self, data):
        seed = tf.stack([self.view_seed, tf.cast(self.optimizer.iterations, tf.int32)])
        return super().train_step((tfface.data.view_pair(data[0], self.preset, seed),))


class Curve(keras.callbacks.Callback):
    """Measures the unseen people's faces every so many epochs, and keeps what it found."""

    def __init__(self, faces, every, keep):
        super().__init__()
        self.faces, self.every, self.keep = faces, every, keep
        self.points, self.begin, self.training = [], time.perf_counter(), 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.training += time.perf_counter() - self.begin
        if (epoch + 1) % self.every and epoch + 1 != self.params["epochs"] and epoch:
            return
        found = {"epoch": epoch + 1, "seconds": self.training, "loss": float(logs["loss"])}
        if hasattr(self.model, "project"):  # projections collapse first
            projections = self.model.project(self.faces.unseen[:512])
            found["projection_spread"] = tfface.evaluation.embedding_spread(projections)
            found["projection_rank"] = tfface.evaluation.effective_rank(projections)
        self.points.append(found | self.faces.measure(self.model))
        self.keep(self.points)


def optimizer(rate, steps):
    warmup = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - warmup, warmup_target=rate, warmup_steps=warmup)
    return keras.optimizers.AdamW(schedule, weight_decay=1e-4)


def random_backbone(given, seed):
    keras.utils.set_random_seed(seed)
    return tfface.models.backbones.small_cnn((given.size, given.size, 3), given.widths[-1], tuple(given.widths))


def pretrain(given, method, seed, faces, backbone, keep):
    """Trains on two views without labels."""
    batch = min(given.batch, len(faces.images))
    batches = tf.data.Dataset.from_tensor_slices((faces.images,)).shuffle(len(faces.images), seed)
    batches = batches.batch(batch, drop_remainder=True).prefetch(4)
    steps = given.epochs * len(batches)
    widths = given.projector if method in ("barlow_twins", "vicreg", "simsiam") else None
    parts = tfface.models.two_view(method, backbone, projector=widths, steps=steps)
    model = ViewsOnDevice(parts.backbone, parts.projector, parts.predictor, parts.momentum)
    model.preset, model.view_seed = given.preset, seed
    model.compile(optimizer(given.rate, steps), loss=parts.loss, jit_compile=given.jit)
    model.fit(batches, epochs=given.epochs, callbacks=[Curve(faces, given.every, keep)], verbose=2)


def arcface(given, seed, faces, backbone, keep):
    """Trains with a few labels."""
    keras.utils.set_random_seed(seed)
    images, labels = faces.few(given.labelled, seed)
    augment = tfface.data.Augment(shift=0.05, scale=0.05, brightness=0.1)
    batches = tfface.data.training_batches(images, labels, min(128, len(images)), augment=augment, seed=seed)
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(faces.people))
    steps = given.labelled_epochs * len(batches)
    model.compile(optimizer(given.rate, steps), loss=tfface.ArcFace(margin=0.3, scale=32.0), jit_compile=given.jit)
    model.fit(batches, epochs=given.labelled_epochs, callbacks=[Curve(faces, given.every, keep)], verbose=2)


def run(given, method, seed, faces):
    """One job; its file is written anew at each measurement."""
    file = given.results / f"{method}-{seed}.json"
    if file.exists() and json.loads(file.read_text(encoding="utf-8"))["finished"]:
        return
    backbone = random_backbone(given, seed)
    settings = {name: value for name, value in vars(given).items() if name not in ("data", "results", "only", "table")}
    found = {"method": method, "seed": seed, "settings": settings, "finished": False}
    found |= {"images": len(faces.images), "unseen": len(faces.unseen), "pairs": len(faces.pairs.same)}
    found["pixels"] = faces.measure(lambda images: images.reshape(len(images), -1))
    found["random"] = faces.measure(backbone)

    def keep(name, points, finished=False):
        found.update({name: points, "finished": finished})
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    if method != LABELLED:
        pretrain(given, method, seed, faces, backbone, lambda points: keep("pretraining", points))
    if given.labelled:
        arcface(given, seed, faces, backbone, lambda points: keep("labelled", points))
    last = "labelled" if given.labelled else "pretraining"
    keep(last, found[last], finished=True)


def main():
    given = arguments()
    given.results.mkdir(parents=True, exist_ok=True)
    if not given.table:
        for device in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(device, True)
        jobs = given.only or [
            f"{method}:{seed}" for seed in range(given.seeds) for method in (*given.methods, LABELLED)
        ]
        faces = Faces(given)
        for job in jobs:
            method, _, seed = job.partition(":")
            run(given, method, int(seed), faces)
    ssl_table.show(given.results)


if __name__ == "__main__":
    main()
