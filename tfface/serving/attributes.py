"""Attributes of people or images, as a table of commas, for results by group."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np

from ..data import FaceSet

_WHAT = ("identity", "image")


class Attributes:
    """A table: the first column names people (`identity`) or images (`image`, their keys), each other one an attribute.

    Args:
        path: a CSV file with a heading.

    Raises:
        ValueError: it cannot be read, or is no such table.

    Example:
        >>> with open("people.csv", "w") as file:
        ...     _ = file.write("identity,age\\nanna,old\\nbo,young\\n")
        >>> Attributes("people.csv").of(tfface.data.folder("faces"))
        {'age': array(['old', 'young'], dtype='<U5')}
    """

    def __init__(self, path: str | os.PathLike[str]):
        self.path = Path(path)
        try:
            with self.path.open(newline="", encoding="utf-8") as file:
                heading, *rows = [row for row in csv.reader(file) if row] or [[]]
        except UnicodeDecodeError as error:
            raise ValueError(f"{self.path}: expected text") from error
        except OSError as error:
            raise ValueError(f"{self.path}: {error.strerror}") from error
        if len(heading) < 2 or heading[0] not in _WHAT:
            raise ValueError(f"{self.path}: expected a heading `identity,…` or `image,…`, got {','.join(heading)!r}")
        for number, row in enumerate(rows, 2):
            if len(row) != len(heading):
                raise ValueError(f"{self.path}, line {number}: expected {len(heading)} columns, got {len(row)}")
        self._what, self._names = heading[0], heading[1:]
        self._values = {row[0]: row[1:] for row in rows}

    def of(self, faces: FaceSet) -> dict[str, np.ndarray]:
        """The group of each image of a set (N,), by the name of the attribute.

        Args:
            faces: the set.

        Raises:
            ValueError: the table lacks somebody, or an image.
        """
        names = [faces.identities[label] for label in faces.labels] if self._what == "identity" else list(faces.keys)
        missing = sorted({name for name in names if name not in self._values})
        if missing:
            some = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
            raise ValueError(f"{self.path}: lacks {len(missing)} of the set's {self._what} names: {some}")
        rows = np.array([self._values[name] for name in names])
        return {name: rows[:, column] for column, name in enumerate(self._names)}
