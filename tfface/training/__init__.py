"""Trains what a recipe describes."""

import importlib

_HOME = {
    "RecipeError": "errors",
    "TrainingInterrupted": "errors",
    "WorkerLost": "errors",
    "Recipe": "schema",
    "load_recipe": "recipe",
    "TrainResult": "fit",
    "train": "fit",
    "progress_bar": "progress",
    "summary": "report",
    "demo": "demo",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    """Imports a name when it is used: reading a recipe needs no TensorFlow, and `tfface --help` needs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f".{_HOME[name]}", __name__)
    return module if name == _HOME[name] else getattr(module, name)
