"""Data sets of tensorflow-datasets."""

from __future__ import annotations

import os
from pathlib import Path

from ..._extras import require
from ..._suggest import did_you_mean
from ..faceset import FaceSet
from .tfrecord import from_files


def tfds(
    name: str,
    split: str = "train",
    image: str = "image",
    label: str = "label",
    data_dir: str | os.PathLike[str] | None = None,
    on_error: str = "stop",
) -> FaceSet:
    """A data set of tensorflow-datasets by its name, downloaded and prepared if it is not on disk.

    Its images are read from its TFRecord files, encoded as they are there.

    Args:
        name: as `tfds.builder` takes it, `"lfw"` or `"mnist:3.0.1"`.
        split: one of its splits.
        image: the feature that holds the image.
        label: the feature that holds the label.
        data_dir: where data sets are kept; None for the usual folder.
        on_error: as in `tfrecord`.

    Raises:
        ImportError: if tensorflow-datasets is not installed; `pip install "tfface[datasets]"` installs it.
        ValueError: if it has no such set, split or feature, cannot download it, or keeps it in another format.

    Example:
        >>> digits = tfface.data.tfds("mnist", split="test")  # doctest: +SKIP
    """
    library = require("tensorflow_datasets", "datasets")
    try:
        builder = library.builder(name, data_dir=None if data_dir is None else os.fspath(data_dir))
        builder.download_and_prepare(file_format="tfrecord")
    except Exception as error:  # of the library, of the network, of the set's own code
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"tfds: cannot get {name!r}: {said}") from error
    splits = builder.info.splits
    if split not in splits:
        raise ValueError(f"tfds: {name} has no split {split!r}, {did_you_mean(split, splits)}")
    files = [Path(file) for file in splits[split].filepaths]
    others = [file.name for file in files if ".tfrecord" not in file.name]
    if others:
        raise ValueError(f"tfds: {name} is kept as {others[0]}; expected TFRecord files")
    features = builder.info.features
    names = getattr(features[label], "names", None) if label in features else None
    return from_files(files, f"tfds/{name}/{split}", image, label, on_error, names or ())
