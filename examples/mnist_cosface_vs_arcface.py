"""CosFace against ArcFace on handwritten digits: what does a margin change, and its kind?

Same network, same first weights, same batches; only the loss differs, and images nobody trained on are judged. The
embeddings lie on a sphere, which a picture can show. It is also the smallest space with room for the papers' margins:
neighbours among ten classes are up to 66° apart there, but only 36° on a circle, where no CosFace margin above
1 − cos 36° = 0.19 can be met.

    python examples/mnist_cosface_vs_arcface.py [--images 10000] [--steps 600] [--output FOLDER]

needs `pip install "tfface[demo]"`. MNIST is used if Keras has it or can download it, else scikit-learn's digits.
"""

import argparse
from pathlib import Path

import numpy as np
from tensorflow import keras

import tfface

BATCH = 64
LOSSES = [tfface.NormFace(scale=16), tfface.CosFace(margin=0.35, scale=16), tfface.ArcFace(margin=0.5, scale=16)]


def load(count):
    """FaceSets to train on and to test on."""
    try:
        return tfface.data.mnist("train").subset(np.arange(count)), tfface.data.mnist("test")
    except ValueError as error:
        print(error)
        digits = tfface.data.digits()
        test = np.arange(len(digits)) % 5 == 0
        return digits.subset(~test), digits.subset(test)


def train(loss, faces, steps):
    keras.utils.set_random_seed(0)
    images = faces.images(channels=1)
    backbone = tfface.models.backbones.small_cnn(images.shape[1:], embedding_size=3, widths=(16, 32))
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(10))
    rate = keras.optimizers.schedules.CosineDecay(5e-3, steps)
    model.compile(keras.optimizers.Adam(rate), loss=loss)
    batches = tfface.data.training_batches(images, faces.labels, BATCH)
    model.fit(batches, epochs=-(-steps // len(batches)), verbose=0)
    return model


def angles(embeddings, labels):
    """Mean angle to the direction of the own class, and mean angle between neighbouring classes, in degrees."""
    centers = np.stack([embeddings[labels == label].mean(axis=0) for label in range(10)])
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    within = np.arccos(np.clip(np.sum(embeddings * centers[labels], axis=1), -1, 1))
    nearest = np.sort(np.arccos(np.clip(centers @ centers.T, -1, 1)), axis=1)[:, 1]
    return np.degrees(within.mean()), np.degrees(nearest.mean())


def draw(results, labels, path):
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(results), figsize=(18, 3.4), subplot_kw={"projection": "mollweide"})
    for axis, (name, (embeddings, accuracy)) in zip(axes, results.items(), strict=True):
        x, y, z = embeddings.T
        points = axis.scatter(np.arctan2(y, x), np.arcsin(np.clip(z, -1, 1)), c=labels, cmap="tab10", s=6)
        axis.set(title=f"{name}: accuracy {accuracy:.1%}", xticklabels=[], yticklabels=[])
        axis.grid(alpha=0.3)
    figure.subplots_adjust(wspace=0.05)
    figure.suptitle("Where the test images lie on the sphere of embeddings (a map of equal areas)")
    figure.legend(*points.legend_elements(), loc="lower center", ncols=10, title="digit", frameon=False)
    figure.savefig(path, dpi=100, bbox_inches="tight")
    print(f"picture: {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000, help="of MNIST to train on, at most 60000")
    parser.add_argument("--steps", type=int, default=600, help="of training, for each loss")
    parser.add_argument("--output", type=Path, help="folder for the picture (needs matplotlib)")
    arguments = parser.parse_args()

    train_set, test_set = load(arguments.images)
    print(f"data: {train_set.source}, {len(train_set)} images to train on, {len(test_set)} to test on")
    print(f"{'loss':10}{'accuracy':>10}{'within':>10}{'between':>10}   (degrees)")
    images, labels, results = tfface.data.standardize(test_set.images(channels=1)), test_set.labels, {}
    for loss in LOSSES:
        model = train(loss, train_set, arguments.steps)
        accuracy = np.mean(model.predict(images, verbose=0).argmax(axis=1) == labels)
        embeddings = model.embed(images)
        within, between = angles(embeddings, labels)
        print(f"{loss.name:10}{accuracy:10.2%}{within:10.1f}{between:10.1f}")
        results[loss.name] = embeddings, accuracy
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        draw(results, labels, arguments.output / "cosface_vs_arcface.png")


if __name__ == "__main__":
    main()
