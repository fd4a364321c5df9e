"""TripletLoss on a plain Keras backbone, with batches of P identities × K images.

    python examples/triplets.py [--epochs 15]

needs `pip install "tfface[demo]"`. A random batch of ORL's 30 people has few pairs of one person; P × K batches are
made of them. Two ways to mine the triplets are compared on the 10 people left out.
"""

import argparse

from tensorflow import keras

import tfface

SIZE = 56, 46
P, K = 10, 6


def train(mining, faces, epochs):
    keras.utils.set_random_seed(0)
    backbone = tfface.models.backbones.small_cnn((*SIZE, 1), embedding_size=64, widths=(16, 32, 64))
    backbone.compile(keras.optimizers.Adam(1e-3), loss=tfface.TripletLoss(margin=0.2, mining=mining))
    batches = tfface.data.training_batches(
        faces.images(SIZE, channels=1), faces.labels, identities_per_batch=P, images_per_identity=K
    )
    losses = backbone.fit(batches, epochs=epochs, verbose=0).history["loss"]
    print(f"{mining}: {P} × {K} images a batch, loss {losses[0]:.3f} → {losses[-1]:.3f}")
    return backbone


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=15)
    arguments = parser.parse_args()

    known, unknown = tfface.data.orl().split(30)
    faces = tfface.data.standardize(unknown.images(SIZE, channels=1))
    first, second, same = tfface.data.verification_pairs(unknown.labels, impostors=450)
    for mining in ("semi-hard", "hard"):
        backbone = train(mining, known, arguments.epochs)
        embeddings = tfface.evaluation.embed(backbone, faces)
        print(" ", tfface.evaluation.verification(embeddings[first], embeddings[second], same))


if __name__ == "__main__":
    main()
