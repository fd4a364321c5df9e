"""Keeps what TensorFlow and Keras tell their developers out of what a command prints."""

import logging
import os
import warnings
from contextlib import contextmanager


def quiet() -> None:
    """Silences messages below errors; TFFACE_DEBUG=1 leaves every message on."""
    if os.environ.get("TFFACE_DEBUG"):
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for name in ("tensorflow", "absl", "neptune"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore")


def load_tensorflow() -> None:
    """Imports TensorFlow, whose libraries write to stderr before they read any setting."""
    if os.environ.get("TFFACE_DEBUG"):
        return
    with _no_stderr():
        import tensorflow  # noqa: F401


@contextmanager
def _no_stderr():
    """Closes the process's stderr for a while, for C++ code too."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
