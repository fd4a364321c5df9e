"""Where a run was made: versions, machine and commit."""

import os
import platform
import socket
import subprocess
import sys
from importlib import metadata

_PACKAGES = ("tfface", "tensorflow", "keras", "tf_keras", "numpy", "neptune")
_SECONDS = 5
_DIFFERENCE = 4_000_000  # characters; more is data, not code


def environment() -> dict:
    """Versions, machine and git state, as nested values; what cannot be found out is left out."""
    found = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "hostname": socket.gethostname(),
        "command": " ".join(sys.argv)[:1000],
        "versions": {name: version for name in _PACKAGES if (version := _version(name))},
    }
    commit = git("rev-parse", "HEAD")
    if commit:
        found["git"] = {
            "commit": commit,
            "branch": git("rev-parse", "--abbrev-ref", "HEAD"),
            "dirty": bool(git("status", "--porcelain", "--untracked-files=no")),
        }
    return found


def difference() -> str:
    """What the working tree differs in from its commit; "" where git says nothing."""
    text = git("diff", "HEAD")
    return text if len(text) <= _DIFFERENCE else text[:_DIFFERENCE] + "\n(cut here: the difference is larger)\n"


def git(*arguments: str) -> str:
    """What git says of the working directory, "" where it says nothing."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=True,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
