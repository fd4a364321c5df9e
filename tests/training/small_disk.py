"""A disk that can be filled and made read-only, which only this process and its children see."""

import ctypes
import os
from pathlib import Path

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_READ_ONLY, _REMOUNT, _RECURSIVE, _PRIVATE = 1, 32, 16384, 1 << 18


class SmallDisk:
    """A tmpfs on a folder.

    Raises:
        OSError: this system does not let us mount.
    """

    def __init__(self, folder: Path, size: int):
        self.folder = folder
        user, group = os.getuid(), os.getgid()
        own = _NEW_MOUNTS | (_NEW_USER if user else 0)
        _check(_libc.unshare(own))
        if user:  # who is not root becomes it, in a world of its own
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        _check(_libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None))
        self._mount(0, f"size={size}")

    def fill(self):
        """Leaves no space."""
        with open(self.folder / "others", "wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass

    def empty(self):
        """Makes space again."""
        (self.folder / "others").unlink()

    def protect(self):
        """Makes it read-only."""
        self._mount(_READ_ONLY | _REMOUNT, "")

    def _mount(self, flags: int, options: str):
        _check(_libc.mount(b"tmpfs", bytes(self.folder), b"tmpfs", flags, options.encode()))


_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int):
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
