"""Photographs of painted faces, and a detector that finds them: each point of a face has a colour of its own."""

import os
import time
from pathlib import Path

import numpy as np
from PIL import Image

from tfface.data import TEMPLATE, Face


def photograph(points_of_faces, size=(200, 160), seed=0):
    """A photograph (uint8) with a block of 3×3 pixels at each point; the first pixel says how many faces there are."""
    image = np.random.default_rng(seed).integers(60, 120, (*size, 3), dtype=np.uint8)
    image[0, 0] = len(points_of_faces), 0, 0
    for face, points in enumerate(points_of_faces):
        for number, (x, y) in enumerate(np.round(points).astype(int)):
            image[y - 1 : y + 2, x - 1 : x + 2] = 255, face, number
    return image


def face_at(x, y, scale=1.0):
    return TEMPLATE * scale + (x, y)


def save(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


def detect(image):
    """The painted faces."""
    found = []
    for face in range(image[0, 0, 0]):
        points = []
        for number in range(5):
            y, x = np.nonzero((image == (255, face, number)).all(axis=-1))
            points.append((x.mean(), y.mean()))
        low, high = np.min(points, axis=0), np.max(points, axis=0)
        found.append(Face((*low, *(high - low)), np.array(points), 1.0))
    return found


def painted():
    """Makes the detector."""
    return detect


def slow_and_noted():
    """Makes a detector that leaves a line for each photograph and takes its time."""
    log = Path(os.environ["DETECTOR_LOG"])

    def detector(image):
        with log.open("a") as file:
            file.write(f"{os.getpid()} {image[-1, -1].tolist()}\n")
        time.sleep(0.05)
        return detect(image)

    return detector


def deadly():
    """Makes a detector that ends its process, as the kernel does for want of memory."""
    return lambda image: os._exit(9)
