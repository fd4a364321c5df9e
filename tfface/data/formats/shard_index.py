"""The index beside TFRecord shards that tfface writes: `index.json`, and `index.table` with a row for each image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..faults import Damaged

JSON, TABLE = "index.json", "index.table"
ROW = np.dtype([("shard", "<u4"), ("label", "<u4"), ("offset", "<u8"), ("length", "<u4")])  # where the image stands
_FORMAT = "tfface faces 1"


class ShardIndex(NamedTuple):
    """What shards hold.

    Attributes:
        shards: the name of each file and its bytes.
        identities: the name of each label.
        fingerprint: of the set that was written.
        rows: of `ROW`, one for each image.
    """

    shards: list[tuple[str, int]]
    identities: list[str]
    fingerprint: str
    rows: np.ndarray


def write_shard_index(json_path: Path, table_path: Path, index: ShardIndex) -> None:
    """Writes both files."""
    images = np.bincount(index.rows["shard"], minlength=len(index.shards)).tolist()
    shards = [
        {"file": name, "bytes": size, "images": count} for (name, size), count in zip(index.shards, images, strict=True)
    ]
    content = {
        "format": _FORMAT,
        "images": len(index.rows),
        "fingerprint": index.fingerprint,
        "shards": shards,
        "identities": index.identities,
    }
    json_path.write_text(json.dumps(content, indent=1), encoding="ascii")
    table_path.write_bytes(index.rows.tobytes())


def read_shard_index(folder: Path) -> ShardIndex:
    """Reads both files.

    Raises:
        OSError: if one cannot be read.
        Damaged: if they are torn or do not fit each other.
    """
    try:
        content = json.loads((folder / JSON).read_bytes())
        if content["format"] != _FORMAT:
            raise Damaged(f"{JSON}: expected the format {_FORMAT!r}, got {str(content['format'])[:40]!r}")
        shards = [(str(shard["file"]), int(shard["bytes"])) for shard in content["shards"]]
        identities = [str(name) for name in content["identities"]]
        images, fingerprint = int(content["images"]), str(content["fingerprint"])
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise error if isinstance(error, Damaged) else Damaged(f"{JSON}: not an index of shards") from error
    if elsewhere := [name for name, _ in shards if Path(name).name != name]:
        raise Damaged(f"{JSON}: expected names of files beside it, got {elsewhere[0]!r}")
    table = (folder / TABLE).read_bytes()
    if len(table) != images * ROW.itemsize:
        raise Damaged(f"{TABLE}: torn: expected {images * ROW.itemsize} bytes for {images} images, got {len(table)}")
    rows = np.frombuffer(table, ROW)
    if images and (rows["shard"].max() >= len(shards) or rows["label"].max() >= len(identities)):
        raise Damaged(f"{TABLE}: does not belong to {JSON}")
    return ShardIndex(shards, identities, fingerprint, rows)
