"""What pretraining without labels is worth on faces: verification of people never seen, from one folder of faces.

Four embeddings are judged by the same pairs of unseen people: raw pixels, the backbone as it was initialised, the
backbone pretrained on two views without labels, and, with `--labelled K`, ArcFace on K images of each training person,
once from the random and once from the pretrained backbone. One method and one seed a run; figures go to a JSON file.

    python benchmarks/ssl_faces.py faces/ --method barlow_twins --seed 0 --epochs 200 --labelled 5 --output b0.json
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from tensorflow import keras

import tfface

METHODS = ("barlow_twins", "simsiam", "vicreg", "simclr", "byol", "moco", "supcon")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="a folder with a folder of images for each person")
    parser.add_argument("--method", choices=METHODS, default="barlow_twins")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=200, help="of the pretraining")
    parser.add_argument("--labelled", type=int, default=0, help="images a person for ArcFace afterwards; 0: none")
    parser.add_argument("--labelled-epochs", type=int, default=60)
    parser.add_argument("--people", type=int, default=190, help="to train on; the others are kept for verification")
    parser.add_argument("--size", type=int, default=64, help="of the images, in pixels")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate of AdamW, after a warm-up of 5 %%")
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 128, 256, 512], help="of the CNN's blocks")
    parser.add_argument("--projector", type=int, nargs="+", default=[2048, 2048, 2048], help="widths of the projector")
    parser.add_argument("--preset", default="faces", help="of tfface.data.two_views")
    parser.add_argument("--output", type=Path, help="JSON file; none: to the terminal")
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
        """Verification, identification and neighbours of the unseen people."""
        embeddings = tfface.evaluation.embed(embedder, self.unseen, flip=True)
        first, second, same = self.pairs
        verified = tfface.evaluation.verification(embeddings[first], embeddings[second], same)
        return {
            "verification": verified.accuracy,
            "deviation": verified.accuracy_std,
            "auc": verified.auc,
            "rank1": tfface.evaluation.identification(embeddings, self.unseen_labels).rank1,
            "knn": tfface.evaluation.knn_accuracy(embeddings, self.unseen_labels),
            "effective_rank": tfface.evaluation.effective_rank(embeddings),
        }

    def few(self, count, seed):
        """Some images of each training person, the same for every method of a seed."""
        order = np.random.default_rng(seed).permutation(len(self.labels))
        rows = np.concatenate([order[self.labels[order] == person][:count] for person in range(self.people)])
        return self.images[rows], self.labels[rows]


def optimizer(rate, steps):
    warmup = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - warmup, warmup_target=rate, warmup_steps=warmup)
    return keras.optimizers.AdamW(schedule, weight_decay=1e-4)


def random_backbone(given):
    keras.utils.set_random_seed(given.seed)
    return tfface.models.backbones.small_cnn((given.size, given.size, 3), given.widths[-1], tuple(given.widths))


def pretrain(given, faces, backbone):
    """Trains without labels; returns the curves, and images a second."""
    labels = faces.labels if given.method == "supcon" else None
    options = {"preset": given.preset, "seed": given.seed}
    batches = tfface.data.two_views(faces.images, labels, min(given.batch, len(faces.images)), **options)
    steps = given.epochs * len(batches)
    widths = given.projector if given.method in ("barlow_twins", "vicreg", "simsiam") else None
    model = tfface.models.two_view(given.method, backbone, optimizer(given.rate, steps), projector=widths, steps=steps)
    every = max(1, given.epochs // 20)
    watched = faces.unseen, faces.unseen_labels
    neighbors = tfface.callbacks.NearestNeighbors(*watched, every=every)
    collapse = tfface.callbacks.CollapseMonitor(faces.unseen[:512], every=every)
    pairs = tfface.callbacks.Verification(faces.unseen, faces.pairs, name="unseen", every=every)
    seconds = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: seconds.append(-time.perf_counter()),
        on_epoch_end=lambda *_: seconds.append(seconds.pop() + time.perf_counter()),
    )
    history = model.fit(batches, epochs=given.epochs, callbacks=[clock, neighbors, collapse, pairs], verbose=2).history
    images = int(np.prod(batches.element_spec[0][0].shape[:1])) * len(batches)
    curves = {name: [float(value) for value in values] for name, values in history.items()}
    return {"curves": curves, "images_a_second": images / float(np.median(seconds)), "problem": collapse.problem}


def arcface(given, faces, backbone):
    """Trains with a few labels."""
    keras.utils.set_random_seed(given.seed)
    images, labels = faces.few(given.labelled, given.seed)
    augment = tfface.data.Augment(shift=0.05, scale=0.05, brightness=0.1)
    batches = tfface.data.training_batches(images, labels, min(128, len(images)), augment=augment, seed=given.seed)
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(faces.people))
    steps = given.labelled_epochs * len(batches)
    model.compile(optimizer(given.rate, steps), loss=tfface.ArcFace(margin=0.3, scale=32.0), metrics=["accuracy"])
    history = model.fit(batches, epochs=given.labelled_epochs, verbose=2).history
    return {**faces.measure(model), "train_accuracy": float(history["accuracy"][-1])}


def main():
    given = arguments()
    faces = Faces(given)
    backbone = random_backbone(given)
    found = {
        "settings": {name: str(value) if isinstance(value, Path) else value for name, value in vars(given).items()},
        "images": len(faces.images),
        "unseen": len(faces.unseen),
        "pairs": len(faces.pairs.same),
        "pixels": faces.measure(lambda images: images.reshape(len(images), -1)),
        "random": faces.measure(backbone),
    }
    found["pretraining"] = pretrain(given, faces, backbone)
    found["pretrained"] = faces.measure(backbone)
    if given.labelled:
        found["arcface_from_pretrained"] = arcface(given, faces, backbone)
        found["arcface_alone"] = arcface(given, faces, random_backbone(given))
    written = json.dumps(found, indent=1)
    if given.output:
        given.output.write_text(written + "\n", encoding="utf-8")
        shown = {name: found[name] for name in found if name not in ("settings", "pretraining")}
        print(json.dumps(shown, indent=1))
    else:
        print(written)


if __name__ == "__main__":
    main()
