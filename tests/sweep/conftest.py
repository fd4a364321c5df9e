"""A sweep that costs next to nothing: eight people of six small photographs each."""

import pytest


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
