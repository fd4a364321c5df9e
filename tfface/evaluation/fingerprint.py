"""What a figure was measured on, so that two figures are compared only where they can be."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Fingerprint:
    """What has to be the same for two figures to be compared honestly; what is not known is empty.

    Attributes:
        data: of the images and who they show, see `digest`.
        alignment: how faces were cropped: `"five points, 112 x 112"`.
        flip: what was done with mirror images: `"none"`, `"sum"` or `"concatenate"`.
        protocol: its name, its settings, and a digest of the pairs or lists that it compares.
        model: of its weights; two models that are compared differ in this, and in nothing else.

    Example:
        >>> first = Fingerprint(data="a1", flip="sum", model="r50")
        >>> first.differences(Fingerprint(data="a1", flip="none", model="r100"))
        {'flip': ('sum', 'none')}
    """

    data: str = ""
    alignment: str = ""
    flip: str = ""
    protocol: str = ""
    model: str = ""

    def __str__(self) -> str:
        return digest(*self.to_dict().values())

    def differences(self, other: Fingerprint) -> dict[str, tuple[str, str]]:
        """In what two measurements differ, apart from the model: `{name: (this, the other)}`."""
        named = [(field.name, getattr(self, field.name), getattr(other, field.name)) for field in fields(self)]
        return {name: (one, two) for name, one, two in named if one != two and name != "model"}

    def to_dict(self) -> dict[str, str]:
        """All parts, ready for JSON."""
        return asdict(self)


def digest(*parts: object) -> str:
    """Sixteen hexadecimal digits of a SHA-256 of arrays, lists of texts, texts and numbers.

    Args:
        *parts: arrays count with their shape and type, everything else with its text.

    Example:
        >>> digest([1, 2]) == digest(np.array([1, 2])), digest("a") == digest("b")
        (True, False)
    """
    seen = hashlib.sha256()
    for part in parts:
        array = np.asarray(part)
        if array.dtype.kind in "OU":
            text = "\0".join(map(str, array.ravel().tolist()))
            seen.update(f"{array.shape}text".encode() + text.encode())
        else:
            seen.update(f"{array.shape}{array.dtype.str}".encode() + np.ascontiguousarray(array).tobytes())
    return seen.hexdigest()[:16]
