"""Small sets of images for the tests of sources."""

import io

import numpy as np
from PIL import Image

from tfface.data import FaceSet

PEOPLE = ["anna", "bo", "山田"]


def jpeg(seed, size=(12, 10)):
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def people(counts=(3, 2, 4)):
    """A set of JPEGs, the identities mixed."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    images = [jpeg(seed) for seed in range(len(labels))]
    keys = [f"{PEOPLE[label]}/{number}.jpg" for number, label in enumerate(labels)]
    return FaceSet(keys, labels, PEOPLE[: len(counts)], images.__getitem__, "people")


def content(faces):
    """What a set holds, whatever the order: its images by identity."""
    return sorted((faces.identities[label], faces.read(row)) for row, label in enumerate(faces.labels.tolist()))
