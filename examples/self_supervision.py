"""Faces of which few are labelled: ArcFace on those and SimCLR on two views of all, in one fit, against ArcFace alone.

python examples/self_supervision.py --epochs 60
"""

import argparse

import numpy as np
from tensorflow import keras

import tfface

SIZE, PEOPLE, LABELLED = (28, 23), 30, 2


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=60)
    epochs = parser.parse_args().epochs
    train, unseen = tfface.data.orl().split(PEOPLE)  # 10 photographs of each of 40 people; Samaria and Harter, 1994
    images = train.images(size=SIZE, channels=1)
    known = np.concatenate([np.flatnonzero(train.labels == person)[:LABELLED] for person in range(PEOPLE)])
    labels = np.full(len(images), -1)  # -1: nobody said who that is
    labels[known] = train.labels[known]
    others = tfface.data.standardize(unseen.images(size=SIZE, channels=1))
    first, second, same = tfface.data.verification_pairs(unseen.labels)
    margin = tfface.ArcFace(margin=0.3, scale=16.0)

    def parts():
        keras.utils.set_random_seed(0)
        backbone = tfface.models.backbones.small_cnn((*SIZE, 1), 64, (16, 32))
        return backbone, keras.optimizers.Adam(2e-3), tfface.layers.CosineHead(PEOPLE)

    def judge(name, model):
        embeddings = tfface.evaluation.embed(model, others, flip=True)
        print(f"{name}:", tfface.evaluation.verification(embeddings[first], embeddings[second], same))

    backbone, optimizer, head = parts()
    judge("random", backbone)
    both = tfface.models.two_view("simclr", backbone, optimizer, projector=(128, 64), head=head, labelled=margin)
    history = both.fit(tfface.data.two_views(images, labels, 100), epochs=epochs, verbose=0).history
    for name in ("simclr", "arcface"):
        print(f"{name} loss {history[name][0]:.2f} → {history[name][-1]:.2f}")
    judge(f"{len(known)} of {len(images)} labelled, two views of all", both)

    backbone, optimizer, head = parts()
    alone = tfface.FaceModel(backbone, head)
    alone.compile(optimizer, loss=margin)
    batches = tfface.data.training_batches(images[known], labels[known], 20, augment=tfface.data.Augment(shift=0.05))
    alone.fit(batches, epochs=epochs, verbose=0)  # as many steps
    judge(f"{len(known)} labelled alone", alone)


if __name__ == "__main__":
    main()
