"""Who trains which cell: files that only one process can make, on a disk that all of them share."""

import json
import os
import re
import socket
import threading
import time
from pathlib import Path

PATIENCE = 60.0  # seconds without a sign of life, after which a process on another machine counts as dead
_BEAT = 5.0
_NAME = re.compile(r"claim-(\d+)\.json")


class Claim:
    """A cell that this process has taken; every few seconds the file's time says that the process is alive.

    Attributes:
        attempt: 1 for the first process that took the cell, 2 if that one was killed, …
    """

    def __init__(self, path: Path, attempt: int):
        self.path, self.attempt = path, attempt
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._heart.start()

    def keep(self) -> None:
        """Ends the signs of life: the cell has its outcome."""
        self._over.set()
        self._heart.join()

    def release(self) -> None:
        """Gives the cell back, as if nobody had taken it."""
        self.keep()
        self.path.unlink(missing_ok=True)

    def _beat(self):
        while not self._over.wait(_BEAT):
            try:
                os.utime(self.path)
            except OSError:  # a disk that does not answer for a while
                continue


class Claims:
    """Takes cells for this process.

    Which of several processes makes a file `claim-N.json` is decided by the file system, so there is no server. If the
    process that made the last one is dead, the next file may be made. On this machine that is seen at once, of
    others after a minute in which the file's time has stood still: by the clock of this machine alone.
    """

    def __init__(self, patience: float = PATIENCE):
        self._patience = patience
        self._seen: dict[Path, tuple[int, float]] = {}

    def take(self, folder: Path) -> Claim | None:
        """The cell of this folder, unless another process has it."""
        folder.mkdir(parents=True, exist_ok=True)
        attempt, last = last_claim(folder)
        if last is not None and not self._dead(last):
            return None
        path = folder / f"claim-{attempt + 1}.json"
        try:
            with path.open("x", encoding="utf-8") as file:
                json.dump({"machine": _machine(), "process": os.getpid(), "began": time.time()}, file)
        except FileExistsError:
            return None
        return Claim(path, attempt + 1)

    def _dead(self, path: Path) -> bool:
        try:
            beat, owner = path.stat().st_mtime_ns, _owner(path)
        except FileNotFoundError:  # given back in this moment
            return False
        if owner.get("machine") == _machine() and not _runs(owner["process"]):
            return True
        former, since = self._seen.setdefault(path, (beat, time.monotonic()))
        if former != beat:
            self._seen[path] = beat, time.monotonic()
            return False
        return time.monotonic() - since > self._patience


def last_claim(folder: Path) -> tuple[int, Path | None]:
    """How often the cell of a folder was taken, and the last of these claims."""
    found = {int(name[1]): path for path in folder.glob("claim-*.json") if (name := _NAME.fullmatch(path.name))}
    return (max(found), found[max(found)]) if found else (0, None)


def _owner(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # it is being written
        return {}


def _machine() -> str:
    """This machine, or the container on it: what process ids are good for."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}".strip()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _zombie(process)


def _zombie(process: int) -> bool:
    """Whether it has ended, and only its parent has not asked yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
