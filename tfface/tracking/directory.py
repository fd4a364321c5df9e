"""The folder that runs are logged to."""

import os
import tempfile
from pathlib import Path

DEFAULT = ".neptune"


def writable_directory(directory: str | os.PathLike | None = None) -> Path:
    """The absolute folder for runs, made if need be: `directory`, $NEPTUNE_DATA_DIRECTORY or `./.neptune`.

    Raises:
        ValueError: nothing can be written there.
    """
    chosen = directory or os.environ.get("NEPTUNE_DATA_DIRECTORY") or DEFAULT
    # absolute, because the client opens files of a run again after the working directory may have changed
    path = Path(chosen).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise ValueError(
            f"directory: expected a folder that runs can be written to, got {str(path)!r} ({error.strerror}); "
            "choose one with directory= or NEPTUNE_DATA_DIRECTORY"
        ) from error
    return path
