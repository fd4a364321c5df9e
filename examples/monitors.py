"""Three trainings that are watched: one goes well, one collapses, one leaves the range of numbers.

    python examples/monitors.py [--epochs 6] [--output .]

needs `pip install "tfface[demo]"`. On scikit-learn's digits, so that it takes half a minute.
"""

import argparse
from pathlib import Path

from tensorflow import keras

import tfface

CLASSES = 10


def model(loss, optimizer, head=True):
    keras.utils.set_random_seed(0)
    backbone = tfface.models.backbones.small_cnn((8, 8, 1), embedding_size=32, widths=(16, 32))
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(CLASSES) if head else None)
    model.compile(optimizer, loss=loss)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--output", type=Path, default=Path("."))
    arguments = parser.parse_args()

    digits = tfface.data.digits()
    pixels = digits.images(channels=1)
    images, labels = tfface.data.standardize(pixels), digits.labels
    probe, identities = images[::8], labels[::8]
    batches = tfface.data.training_batches(pixels, labels, identities_per_batch=CLASSES, images_per_identity=8)
    nonfinite = tfface.callbacks.NonFiniteMonitor(images=probe[:32])

    collapse = tfface.callbacks.CollapseMonitor(probe, identities)
    angles = tfface.callbacks.AngleMonitor(probe, identities)
    good = model(tfface.ArcFace(margin=0.3, scale=16.0), keras.optimizers.Adam(1e-3))
    figures = good.fit(batches, epochs=arguments.epochs, callbacks=[nonfinite, collapse, angles], verbose=0).history
    for name in ("collapse_spread", "collapse_effective_rank", "angle_own_median", "angle_nearest_median"):
        print(f"{name}: {figures[name][0]:.2f} → {figures[name][-1]:.2f}")
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "angles.png").write_bytes(angles.picture())

    collapse = tfface.callbacks.CollapseMonitor(probe, identities, stop=True)
    hasty = model(tfface.TripletLoss(mining="hard"), keras.optimizers.Adam(3.0), head=False)
    hasty.fit(batches, epochs=arguments.epochs, callbacks=[nonfinite, collapse], verbose=0)
    print("collapse:", collapse.problem)

    wild = model(tfface.ArcFace() + 0.5 * tfface.TripletLoss(normalize=False), keras.optimizers.SGD(1e30))
    nearer = tfface.callbacks.NonFiniteMonitor(every=1, images=probe[:32])
    try:
        wild.fit(batches, epochs=arguments.epochs, callbacks=[nearer], verbose=0)
    except tfface.callbacks.NonFiniteError as error:
        print("not finite:", error)


if __name__ == "__main__":
    main()
