"""Latency of exported models against the Keras model that they were exported from, one and 32 images a call.

All run in one process, in interleaved rounds, on the CPU, with as many threads as it has cores; the weights are random,
which no runtime minds. Needs `pip install "tfface[onnx]"`; without it ONNX is left out.

    python benchmarks/export.py mobilefacenet small_cnn --rounds 15
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras
from timing import compare

import tfface
from tfface.serving.exporting import formats, network

KINDS = [
    ("SavedModel", "savedmodel", None),
    ("TFLite float32", "tflite", None),
    ("TFLite float16", "tflite", "float16"),
    ("TFLite int8", "tflite", "int8"),
    ("ONNX", "onnx", None),
]


def exports(backbone, folder, images):
    """Each kind as a function of pixels; made without `export`, since random weights need not survive 8 bits."""
    for name, to, quantize in KINDS:
        try:
            formats.check(to, quantize)
        except ImportError as error:
            print(f"{name} is left out: {error}")
            continue
        path = Path(folder) / f"{name.replace(' ', '-')}{formats.SUFFIXES[to]}"
        options = {"quantize": quantize, "calibration": images[:16]} if quantize else {}
        formats.module(to).write(path, backbone, False, **options)
        yield name, tfface.serving.open_export(path)


def keras_model(backbone):
    """The model as it is called quickest: compiled, from pixels that are standardised inside."""
    serve = network.Network(backbone, False).serve
    return lambda pixels: serve(tf.constant(pixels))[network.EMBEDDINGS].numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("backbones", nargs="*", default=["small_cnn", "mobilefacenet"])
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    images = np.random.default_rng(0).integers(0, 256, (32, 112, 112, 3), dtype=np.uint8)
    for name in arguments.backbones:
        keras.utils.set_random_seed(0)
        backbone = getattr(tfface.models.backbones, name)((112, 112, 3), embedding_size=512)
        with tempfile.TemporaryDirectory() as folder:
            runs = {"Keras": keras_model(backbone), **dict(exports(backbone, folder, images))}
            print(f"\n{name}, 112 × 112 × 3, {backbone.count_params() / 1e6:.1f} M parameters")
            print("\n| images a call | | ms: median (fastest) | of Keras' time (quartiles) |\n|---|---|---|---|")
            for few in (1, 32):
                calls = {kind: partial(run, images[:few]) for kind, run in runs.items()}
                for kind, found in compare(calls, arguments.rounds).items():
                    low, high = found.spread
                    print(
                        f"| {few} | {kind} | {1e3 * found.median:.1f} ({1e3 * found.fastest:.1f}) "
                        f"| {found.ratio:.2f} ({low:.2f} to {high:.2f}) |"
                    )


if __name__ == "__main__":
    main()
