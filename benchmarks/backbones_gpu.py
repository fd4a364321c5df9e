"""Fits every backbone on a GPU in float32 and half precision, with XLA and without, beside PyTorch's if it is there.

    python benchmarks/backbones_gpu.py [NAME ...] [--precisions float32 mixed_float16] [--batch 128] [--steps 10]
        [--xla off auto] [--torch PYTHON --insightface FOLDER]

Each is fitted to one batch of noise (112 × 112, 1,000 people) with ArcFace and SGD with momentum: the loss has to stay
finite and to fall. The first epoch of so many steps, in which everything is traced and compiled, is not timed; images/s
are those of the median of three more. Memory is TensorFlow's peak. PYTHON, an interpreter with PyTorch, then times the
networks of FOLDER, a checkout of deepinsight/insightface, in a process of its own (`torch_backbones.py`).
"""

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from rich.console import Console
from rich.table import Table
from tensorflow import keras

import tfface

NAMES = (
    "iresnet18", "iresnet34", "iresnet50", "iresnet100", "mobilefacenet", "ghostfacenet", "resnet50", "mobilenet",
    "vit_tiny", "vit_small",
)  # fmt: skip
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
CLASSES, TIMED = 1000, 3


def main():
    given = _arguments()
    gpu = tf.config.list_physical_devices("GPU")
    where = tf.config.experimental.get_device_details(gpu[0]).get("device_name") if gpu else "no GPU"
    table = Table("backbone", "precision", "XLA", "images/s", "peak MB", "loss", "first epoch s", "verdict")
    table.title = f"{where}, TensorFlow {tf.__version__}, Keras {keras.__version__}, batch {given.batch}"
    bad = 0
    for name in given.names:
        for precision in given.precisions:
            for xla in given.xla:
                row, fine = _row(name, precision, xla, given)
                bad += not fine
                table.add_row(*row)
                print(*row, sep="\t", file=sys.stderr, flush=True)
    Console(width=150).print(table)
    if given.torch:
        _peers(given)
    sys.exit(1 if bad else 0)


def _row(name, precision, xla, given):
    """A row of the table, and whether all went well; what fails is told and does not end the others."""
    try:
        losses, rate, peak, first = _fitted(name, precision, xla, given)
    except Exception as error:  # whatever a kernel, a compiler or the memory has to say
        return (name, precision, xla, "-", "-", "-", "-", f"{type(error).__name__}: {str(error)[:160]}"), False
    fine = bool(np.all(np.isfinite(losses)) and losses[-1] < losses[0])
    shown = f"{losses[0]:.2f} to {losses[-1]:.2f}"
    verdict = "falls" if fine else "does not fall" if np.all(np.isfinite(losses)) else "not finite"
    return (name, precision, xla, f"{rate:,.0f}", peak, shown, f"{first:.1f}", verdict), fine


def _fitted(name, precision, xla, given):
    """The mean loss of each epoch, images/s, the peak of memory, and seconds of the first epoch."""
    gpus = tf.config.list_logical_devices("GPU")
    keras.backend.clear_session()
    gc.collect()
    keras.utils.set_random_seed(0)
    keras.mixed_precision.set_global_policy(precision)
    try:
        backbone = getattr(tfface.models.backbones, name)()
        model = tfface.FaceModel(backbone, tfface.layers.CosineHead(CLASSES))
        optimizer = keras.optimizers.SGD(given.learning_rate, momentum=0.9)
        jit = {"auto": {"jit_compile": "auto"}, "on": {"jit_compile": True}, "off": {"jit_compile": False}}[xla]
        model.compile(optimizer, loss=tfface.ArcFace(), **jit)
        if gpus:
            tf.config.experimental.reset_memory_stats("GPU:0")
        watch = _Watch()
        model.fit(_data(given), epochs=1 + TIMED, verbose=0, callbacks=[watch])
    finally:
        keras.mixed_precision.set_global_policy("float32")
    peak = f"{tf.config.experimental.get_memory_info('GPU:0')['peak'] / 1e6:,.0f}" if gpus else "-"
    rate = given.batch * given.steps / statistics.median(watch.seconds[1:])
    return watch.losses, rate, peak, watch.seconds[0]


class _Watch(keras.callbacks.Callback):
    """Seconds and mean loss of each epoch; at its end the logs have been read, so its steps are done."""

    def __init__(self):
        super().__init__()
        self.seconds, self.losses = [], []

    def on_epoch_begin(self, epoch, logs=None):
        self._begun = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.losses.append(float(logs["loss"]))
        self.seconds.append(time.perf_counter() - self._begun)


def _data(given):
    random = np.random.default_rng(0)
    images = random.uniform(-1, 1, (given.batch, 112, 112, 3)).astype(np.float32)
    batch = tf.data.Dataset.from_tensors((images, random.integers(CLASSES, size=given.batch).astype(np.int32)))
    return batch.repeat(given.steps).prefetch(2)


def _peers(given):
    """The same of PyTorch."""
    script = Path(__file__).with_name("torch_backbones.py")
    sizes = ["--batch", str(given.batch), "--steps", str(given.steps), "--rounds", str(TIMED)]
    command = [given.torch, str(script), given.insightface, *given.names, *sizes]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    table = Table("backbone", "precision", "way", "images/s", "peak MB", title="PyTorch")
    for line in done.stdout.splitlines():
        table.add_row(*json.loads(line))
    Console(width=150).print(table)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME")
    parser.add_argument("--precisions", nargs="+", default=PRECISIONS, choices=PRECISIONS)
    parser.add_argument("--xla", nargs="+", default=("off", "auto"), choices=("off", "auto", "on"))
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--torch", metavar="PYTHON", help="an interpreter with PyTorch")
    parser.add_argument("--insightface", metavar="FOLDER", help="a checkout of deepinsight/insightface")
    given = parser.parse_args()
    if bool(given.torch) != bool(given.insightface):
        parser.error("--torch and --insightface go together")
    return given


if __name__ == "__main__":
    main()
