"""What each augmentation does to a face: a sheet of pictures, `augmentations.png` or the name given.

python examples/augmentations.py sheet.png
"""

import sys

import matplotlib.pyplot as plt
import numpy as np

import tfface

PEOPLE = 6
CHANGES = {
    "as they are": {},
    "crop": {"crop": 0.6},
    "shift, scale, rotation": {"shift": 0.08, "scale": 0.1, "rotation": 0.2},
    "brightness, contrast": {"brightness": 0.25, "contrast": 0.4},
    "low_resolution": {"low_resolution": 1.0},
    "blur": {"blur": 1.0, "blur_size": 0.04},
    "jpeg": {"jpeg": 1.0, "jpeg_quality": 1},
    "occlusion": {"occlusion": 1.0},
    "cutout": {"cutout": 1.0},
    "rand_augment": {"rand_augment": 2, "magnitude": 0.8},
    "mixup": {"mixup": 1.0},
}


def main(path="augmentations.png"):
    faces = tfface.data.orl().subset(np.arange(0, 10 * PEOPLE, 10))  # one of each person; Samaria and Harter, 1994
    figure, axes = plt.subplots(
        len(CHANGES), PEOPLE, figsize=(PEOPLE * 1.05, len(CHANGES) * 1.25), layout="constrained"
    )
    for row, (name, arguments) in zip(axes, CHANGES.items(), strict=True):
        augment = tfface.data.Augment(flip=0.0, **arguments)
        batches = tfface.data.training_batches(faces.images(channels=1), faces.labels, PEOPLE, augment=augment)
        for place, image in zip(row, next(iter(batches))[0], strict=True):
            place.imshow(image, "gray", vmin=-1, vmax=1)
            place.set(xticks=[], yticks=[])
        row[0].set_title(name, loc="left", fontsize=9)
    figure.savefig(path, dpi=64)
    print(f"{path}: {len(CHANGES)} kinds of changes of {PEOPLE} faces")


if __name__ == "__main__":
    main(*sys.argv[1:])
