"""A set in TFRecord shards."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np

from ..faceset import FaceSet
from ..formats.example import decode, encode
from ..formats.shard_index import JSON, ROW, TABLE, ShardIndex, write_shard_index
from ..formats.tfrecord import HEAD, write_record
from .whole import appearing, encoded


def write_tfrecord(
    faces: FaceSet, folder: str | os.PathLike[str], images_per_shard: int = 16384, on_error: str = "stop"
) -> Path:
    """Writes TFRecord shards of `tf.train.Example`, with an index by which tfface reads any image at once.

    The features are `image` (the bytes as they are encoded), `label`, `identity` and `key`, so that anybody's
    TensorFlow reads the shards without the index.

    Args:
        faces: the set.
        folder: where to; made if it is not there.
        images_per_shard: how many images a file gets.
        on_error: what to do with an image that cannot be read: `"stop"` or `"skip"`.

    Returns:
        The path of the index, written last: without it the shards are not whole.

    Raises:
        ImageError: for an image that cannot be read.
        ValueError: for fewer than one image in a shard.

    Example:
        >>> write_tfrecord(faces, "shards").name
        'index.json'
        >>> tfface.data.tfrecord("shards")
        FaceSet('shards', 40 images, 8 identities)
    """
    if images_per_shard < 1:
        raise ValueError(f"images_per_shard: expected at least 1, got {images_per_shard!r}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (JSON, TABLE):  # of an earlier set
        (folder / name).unlink(missing_ok=True)
    count = -(-len(faces) // images_per_shard)
    names = [f"faces-{shard:05d}-of-{count:05d}.tfrecord" for shard in range(count)]
    rows = np.zeros(len(faces), ROW)
    written, shards = 0, []
    images = encoded(faces, range(len(faces)), on_error)
    for shard, name in enumerate(names):
        with appearing(folder / name) as (part,), open(part, "wb") as file:
            for row, image in itertools.islice(images, images_per_shard):
                example = encode(
                    {
                        "image": image,
                        "label": int(faces.labels[row]),
                        "identity": os.fsencode(faces.identities[faces.labels[row]]),
                        "key": os.fsencode(faces.keys[row]),
                    }
                )
                (span,) = decode(example)["image"]
                rows[written] = shard, faces.labels[row], file.tell() + HEAD + span.start, span.end - span.start
                written += 1
                write_record(file, example)
            shards.append((name, file.tell()))
    next(images, None)  # warns of what was skipped
    with appearing(folder / TABLE, folder / JSON) as (table, json):
        index = ShardIndex(shards, faces.identities, faces.fingerprint(), rows[:written])
        write_shard_index(json, table, index)
    return folder / JSON
