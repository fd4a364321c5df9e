"""A file that is read anywhere."""

from __future__ import annotations

import os
import weakref

from ..faults import Damaged


class RandomAccess:
    """Reads parts of a file by their place, from any number of threads: there is no position to share.

    Args:
        path: the file; it is opened at once, so that a file that is removed later can still be read.

    Raises:
        OSError: if it cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str]):
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self.size = os.fstat(self._file).st_size

    def read(self, offset: int, length: int) -> bytes:
        """So many bytes from a place on.

        Raises:
            Damaged: if the file ends before; nothing is allocated for what is not there.
        """
        if offset < 0 or offset + length > self.size:
            raise Damaged(f"torn: {length} bytes expected at byte {offset}, the file ends at {self.size}")
        found = os.pread(self._file, length, offset)
        while len(found) < length:  # more than 2 GiB, or the file has changed
            more = os.pread(self._file, length - len(found), offset + len(found))
            if not more:
                raise Damaged(f"torn: {length} bytes expected at byte {offset}, the file has shrunk")
            found += more
        return found
