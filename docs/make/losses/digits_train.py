"""Trains a 2-D picture of the MNIST digits with each loss: python docs/make/losses/digits_train.py MNIST.npz FOLDER.

MNIST.npz is the file of keras.datasets.mnist. FOLDER gets `<loss>.npz` for each loss (those that are there are not
trained again), and at the end `digits.npz` with all of them, from which digits_draw.py draws.
"""

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

# Several trainings share a GPU.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from digits_setups import ANIMATED, SETUPS, loss

SHOWN, FRAMES, SHOWN_IN_FRAMES = 2000, 48, 600


def learn(name, mnist, folder, images, batch, steps, threads):
    """Trains one loss and writes its points; returns the seconds that took."""
    import tensorflow as tf
    from digits_models import Snapshots, train

    if not tf.config.list_physical_devices("GPU"):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    start = time.monotonic()
    tf.keras.utils.set_random_seed(0)
    with np.load(mnist) as arrays:
        learnt, labels, shown = (arrays[key] for key in ("x_train", "y_train", "x_test"))
    shown = shown[:SHOWN, ..., np.newaxis]
    snapshots = [Snapshots(shown[:SHOWN_IN_FRAMES], steps, FRAMES)] if name in ANIMATED else []
    model = train(loss(name), learnt[:images, ..., np.newaxis], labels[:images], batch, steps, snapshots)
    found = {"points": embedded(model, shown)}
    if snapshots:
        found["frames"] = np.stack(snapshots[0].points)
    # All at once: a training that was cut off leaves no file.
    written = folder / f"{name}.part.npz"
    np.savez_compressed(written, **{key: value.astype(np.float16) for key, value in found.items()})
    written.rename(folder / f"{name}.npz")
    return time.monotonic() - start


def embedded(model, images):
    import tfface

    return model.embed(tfface.data.standardize(images), normalize=False)


def pack(folder, mnist):
    """One file of all that were trained so far: `<loss>/points`, `<loss>/frames`, and `labels`."""
    found = {}
    for name in SETUPS:
        path = folder / f"{name}.npz"
        if path.exists():
            with np.load(path) as arrays:
                found.update({f"{name}/{key}": arrays[key] for key in arrays})
    with np.load(mnist) as arrays:
        labels = arrays["y_test"][:SHOWN].astype(np.uint8)
    np.savez_compressed(folder / "digits.npz", labels=labels, **found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mnist", type=Path, help="mnist.npz as keras.datasets.mnist has it")
    parser.add_argument("folder", type=Path, help="where the points go")
    parser.add_argument("--losses", nargs="+", choices=SETUPS, default=list(SETUPS), metavar="LOSS")
    parser.add_argument("--jobs", type=int, default=1, help="trainings at a time")
    parser.add_argument("--images", type=int, default=60_000, help="to learn from")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=1500)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in arguments.losses if not (arguments.folder / f"{name}.npz").exists()]
    threads = max(1, (os.cpu_count() or 1) // arguments.jobs)
    options = arguments.images, arguments.batch, arguments.steps, threads
    failed = []
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(learn, name, arguments.mnist, arguments.folder, *options): name for name in missing}
        for done in as_completed(running):
            name, error = running[done], done.exception()
            if error:
                failed.append(name)
            print(f"{name}: {error!r}" if error else f"{name}: {done.result():.0f} s", flush=True)
    pack(arguments.folder, arguments.mnist)
    return f"failed: {', '.join(failed)}" if failed else None


if __name__ == "__main__":
    raise SystemExit(main())
