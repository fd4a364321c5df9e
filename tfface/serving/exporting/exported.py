"""What an export gave."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .agreement import Agreement


class Exported(NamedTuple):
    """What `export` wrote.

    Attributes:
        path: of the file, or of the folder of a SavedModel.
        card: of the model card.
        to: the format.
        quantize: None, `"float16"` or `"int8"`.
        normalize: whether embeddings have length 1.
        agreement: with the original.
        compared_on: which images both were compared on.
        megabytes: the size of the export, in 10⁶ bytes.
    """

    path: Path
    card: Path
    to: str
    quantize: str | None
    normalize: bool
    agreement: Agreement
    compared_on: str
    megabytes: float
