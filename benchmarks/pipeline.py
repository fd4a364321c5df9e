"""Images a second of the pipelines: folder, .rec and TFRecord against a bare decoding loop and a PyTorch DataLoader."""

import argparse
import io
import itertools
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from tfface import data

AUTO = tf.data.AUTOTUNE
WARM_UP = 20  # batches, until tf.data has found out how many threads to use


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        faces = data.folder(options.folder or synthetic(scratch / "faces", options.images))
        print(f"{len(faces)} images of {len(faces.identities)} identities, batches of {options.batch}", flush=True)
        content = [faces.read(row) for row in range(len(faces))]
        print(f"{np.mean([len(one) for one in content]) / 1e3:.1f} kB each, {os.cpu_count()} cores", flush=True)
        if "formats" in options.parts:
            formats(faces, content, scratch, options)
        if "augment" in options.parts:
            augmented(faces, options)
        if "identities" in options.parts:
            identities(content, options)


def formats(faces, content, scratch, options):
    """Every source against the bare loop; then all of them mirroring, against PyTorch."""
    data.write_rec(faces, scratch / "rec")
    data.write_tfrecord(faces, scratch / "tfrecord")
    sets = {"folder": faces, "rec": data.rec(scratch / "rec"), "tfrecord": data.tfrecord(scratch / "tfrecord")}
    bare = tf.data.Dataset.from_tensor_slices(tf.constant(content)).repeat()
    bare = bare.map(lambda one: tf.io.decode_jpeg(one, channels=3), num_parallel_calls=AUTO)
    bare = bare.batch(options.batch, drop_remainder=True)
    standardised = bare.map(lambda images: (tf.cast(images, tf.float32) - 127.5) / 128.0, num_parallel_calls=AUTO)
    loops = {"bare decode_jpeg loop": bare.prefetch(AUTO), "and standardised": standardised.prefetch(AUTO)}
    for name, one in sets.items():
        loops[name] = data.training_stream(one, batch_size=options.batch)
    report("plain batches", loops, options)

    flip = data.Augment(flip=0.5)
    loops = {"bare decode_jpeg loop": bare.prefetch(AUTO)}
    torch = peer(faces, options)
    if torch is not None:
        loops = {"PyTorch DataLoader": torch, **loops}
    for name, one in sets.items():
        loops[name] = data.training_stream(one, batch_size=options.batch, augment=flip)
    report("mirrored half of the time", loops, options)


def augmented(faces, options):
    """What augmentation costs: batches of images in memory."""
    images = faces.subset(np.arange(min(len(faces), 2048)))
    held = images.images(), images.labels
    kinds = {
        "no change": None,
        "flip": data.Augment(),
        "flip, crop": data.Augment(crop=0.8),
        "flip, shift, turn": data.Augment(shift=0.05, rotation=0.1),
        "brightness, contrast": data.Augment(flip=0, brightness=0.2, contrast=0.2),
        "saturation, hue": data.Augment(flip=0, saturation=0.3, hue=0.05),
        "low resolution": data.Augment(flip=0, low_resolution=0.5),
        "blur": data.Augment(flip=0, blur=0.5),
        "JPEG artefacts": data.Augment(flip=0, jpeg=0.5),
        "occlusion": data.Augment(flip=0, occlusion=0.5),
        "RandAugment of 2": data.Augment(flip=0, rand_augment=2),
        "MixUp": data.Augment(flip=0, mixup=0.2),
    }
    loops = {name: data.training_stream(*held, options.batch, augment=augment) for name, augment in kinds.items()}
    report("augmentation, from memory", loops, options)


def identities(content, options):
    """P × K batches of many identities against plain ones, and how long the first batch takes."""
    people, each = options.identities, 3
    keys = [str(row) for row in range(people * each)]
    labels, names = np.repeat(np.arange(people), each), [str(person) for person in range(people)]
    many = data.FaceSet(keys, labels, names, lambda row: content[row % len(content)], "many")
    shape = {"identities_per_batch": options.batch // 4, "images_per_identity": 4}
    start = time.perf_counter()
    chosen = data.training_stream(many, **shape)
    next(iter(chosen))
    print(f"\nfirst P×K batch of {people:,} identities after {time.perf_counter() - start:.2f} s")
    plain = data.training_stream(many, batch_size=options.batch)
    report(f"{people:,} identities × {each}", {"plain batches": plain, "P×K batches": chosen}, options)


def peer(faces, options):
    """The same batches from PyTorch; None where it is not installed or the faces are in no folder."""
    try:
        import torch_loader
    except ImportError:
        return None
    paths = [os.path.join(faces.source, key) for key in faces.keys]
    return torch_loader.batches(paths, faces.labels.tolist(), options.batch, os.cpu_count(), flip=True)


def report(title, loops, options):
    """Interleaved rounds: images a second, and in each round the ratio to the first.

    Datasets begin anew in each round, so that none works during the turns of others. PyTorch's workers, which take
    seconds to start, go on; they wait when four batches are ready.
    """
    rates, work = {name: [] for name in loops}, {name: [] for name in loops}
    for _, (name, loop) in itertools.product(range(options.rounds), loops.items()):
        batches = iter(loop)
        for _ in range(WARM_UP):
            next(batches)
        start, before = time.perf_counter(), time.process_time()
        for _ in range(options.steps):
            next(batches)
        work[name].append((time.process_time() - before) / (options.steps * options.batch))
        rates[name].append(options.steps * options.batch / (time.perf_counter() - start))
    floor = next(iter(rates.values()))
    print(f"\n| {title} | images/s | ratio | quartiles | processor µs an image |\n|---|---|---|---|---|")
    for name, measured in rates.items():
        ratios = [one / other for one, other in zip(measured, floor, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        spent = "in other processes" if "PyTorch" in name else f"{1e6 * min(work[name]):.0f}"
        print(
            f"| {name} | {statistics.median(measured):,.0f} | {middle:.2f} | {low:.2f}–{high:.2f} | {spent} |",
            flush=True,
        )


def synthetic(folder, images, size=112):
    """A folder of JPEG files with about as many bytes as aligned faces have."""
    random = np.random.default_rng(0)
    for row in range(images):
        coarse = Image.fromarray(random.integers(0, 256, (14, 14, 3), dtype=np.uint8))
        image = np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC), np.int16)
        image = np.clip(image + random.integers(-6, 7, image.shape), 0, 255).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=85)
        path = folder / f"{row % 100:03}" / f"{row}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.getvalue())
    return folder


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", help="of identities, with JPEG files of one size; made up if left out")
    parser.add_argument("--parts", nargs="+", default=["formats", "augment", "identities"])
    parser.add_argument("--images", type=int, default=5000, help="of the folder that is made up")
    parser.add_argument("--identities", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=40, help="batches of each in a round")
    parser.add_argument("--rounds", type=int, default=9)
    return parser.parse_args()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
