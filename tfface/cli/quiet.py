"""Keeps what TensorFlow and Keras tell their developers out of what a command prints."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


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
    with muted():
        import tensorflow  # noqa: F401


@contextmanager
def muted() -> Iterator[TextIO]:
    """Closes the process's stderr for a while, for C++ code too, and gives a stream that still leads there."""
    if os.environ.get("TFFACE_DEBUG"):
        yield sys.stderr
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    with os.fdopen(os.dup(2), "w") as kept:
        os.dup2(nothing, 2)
        try:
            yield kept
        finally:
            os.dup2(kept.fileno(), 2)
            os.close(nothing)
