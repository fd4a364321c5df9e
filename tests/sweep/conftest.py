"""A sweep that costs next to nothing: eight people of six small photographs each."""

import numpy as np
import pytest

PEOPLE, PHOTOS, SIZE = 8, 6, 12


@pytest.fixture(scope="session")
def faces(tmp_path_factory):
    """A folder of eight people, in a format that needs no library to write."""
    root = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(0)
    for person in range(PEOPLE):
        (root / f"p{person}").mkdir()
        look = rng.integers(0, 200, (SIZE, SIZE))
        for photo in range(PHOTOS):
            pixels = (look + rng.integers(0, 56, look.shape)).astype(np.uint8)
            header = f"P5 {SIZE} {SIZE} 255\n".encode()
            (root / f"p{person}" / f"{photo}.pgm").write_bytes(header + pixels.tobytes())
    return root


@pytest.fixture(scope="session")
def tiny(faces):
    """A sweep as a dictionary; `tiny(key=value, …)` replaces its values."""

    def tiny(**changes):
        return {
            "data": {"source": {"name": "folder", "path": str(faces)}, "train_identities": 5},
            "losses": ["softmax", {"name": "arcface", "margin": 0.3, "scale": 16}],
            "backbones": [{"name": "small_cnn", "embedding_size": 8, "widths": [4]}],
            "seeds": 1,
            "budget": {"epochs": 2},
            "base": {"batch": 10, "evaluation": {"folds": 3}},
            **changes,
        }

    return tiny
