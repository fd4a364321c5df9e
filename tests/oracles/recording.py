"""What the recording scripts share: the inputs that every peer gets, and the file with its answers.

A file holds `inputs/<name>`, for each entry `<entry>/value` and its gradients `<entry>/d_<input name>`, and as JSON in
`notes` the versions it was made with and how each entry called the peer.
"""

import json
from pathlib import Path

import numpy as np

BATCH, SIZE, CLASSES, SUB_CENTERS = 12, 8, 5, 3


def inputs():
    """Float64 arrays with float32 values, so that a float32 library gets the very same numbers."""
    random = np.random.default_rng(2024)

    def normal(*shape):
        return random.normal(size=shape).astype(np.float32).astype(np.float64)

    return {
        "embeddings": normal(BATCH, SIZE),
        "labels": random.permutation([0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4]),
        # Two samples a class, and classes of one sample.
        "pair_labels": random.permutation([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        "lonely_labels": random.permutation([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4]),
        "weights": normal(CLASSES, SIZE),
        "sub_weights": normal(CLASSES * SUB_CENTERS, SIZE),
        "other_embeddings": normal(BATCH, SIZE),
        "predictions": normal(BATCH, SIZE),
        "other_predictions": normal(BATCH, SIZE),
        "memory": normal(2 * BATCH, SIZE),
    }


class Recorder:
    """Collects a peer's answers."""

    def __init__(self, **versions):
        self.inputs = inputs()
        self.notes = {"versions": versions, "calls": {}}
        self.answers = {}

    def add(self, entry, call, value, **gradients):
        """Keeps an answer: `call` says in JSON how the peer was asked, `gradients` are those by input."""
        self.notes["calls"][entry] = call
        self.answers[f"{entry}/value"] = np.asarray(value)
        for name, gradient in gradients.items():
            self.answers[f"{entry}/d_{name}"] = np.asarray(gradient, np.float32)

    def save(self, script):
        """Writes the file beside the script: record_keras.py makes keras.npz."""
        path = Path(script).with_name(Path(script).stem.removeprefix("record_") + ".npz")
        given = {f"inputs/{name}": compact(array) for name, array in self.inputs.items()}
        np.savez_compressed(path, notes=json.dumps(self.notes, default=vars), **given, **self.answers)
        print(f"{path.name}: {len(self.notes['calls'])} entries, {path.stat().st_size / 1000:.0f} kB")


def compact(array):
    """Inputs are float32 values, and labels are small."""
    return array.astype(np.int8 if array.dtype.kind == "i" else np.float32)
