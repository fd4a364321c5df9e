"""Starting runs: offline, unless a server is asked for."""

import logging
import os
import random
import re
import secrets
import threading
import weakref
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from . import layout
from .directory import writable_directory
from .server import NoAnswer, within

MODES = ("auto", "offline", "async", "sync")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_logger = logging.getLogger("tfface")
_CLIENT = ("NEPTUNE_DATA_DIRECTORY", "NEPTUNE_SYNC_AFTER_STOP_TIMEOUT")
_environment = threading.Lock()
_ids = weakref.WeakKeyDictionary()


def init_run(
    name: str | None = None,
    tags=(),
    project: str | None = None,
    mode: str = "auto",
    directory: str | os.PathLike | None = None,
    *,
    run_id: str | None = None,
    capture: bool = False,
    timeout: float = 10.0,
):
    """Starts a Neptune run that is logged to the disk, or to a server if one is asked for.

    Neptune's hosted service was shut down in March 2026; servers that speak its protocol are named by a `project`
    there and `NEPTUNE_API_TOKEN`. If the server does not answer in time, the run is logged offline and one warning
    line says where: training always starts. `NEPTUNE_MODE` is not looked at.

    Args:
        name: what people call the run; any text.
        tags: a string or strings to find it by.
        project: `workspace/project` on a server.
        mode: `"offline"` (no network), `"async"` or `"sync"` (a server, tried for `timeout` seconds), or `"auto"`:
            `"async"` if a project is named, else `"offline"`.
        directory: folder for the logs; default `$NEPTUNE_DATA_DIRECTORY`, then `./.neptune`.
        run_id: id of a run to continue; `read_runs` joins the parts. Default: a new id.
        capture: log standard output, standard error and hardware use too.
        timeout: seconds a server has to answer.

    Returns:
        A `neptune.Run`. Its id is `run_id(run)`.

    Raises:
        ValueError: an argument makes no sense, or the folder cannot be written to.
        TypeError: `name` or a tag is not a string.

    Example:
        >>> run = init_run("arcface-r50", tags=["orl"])  # doctest: +SKIP
        >>> run["data/fingerprint"] = "c0ffee"  # doctest: +SKIP
        >>> run.stop()  # doctest: +SKIP
    """
    tags = [tags] if isinstance(tags, str) else list(tags)
    for text in (name, *tags):
        if text is not None and not isinstance(text, str):
            raise TypeError(f"name and tags: expected strings, got {text!r}")
    if mode not in MODES:
        raise ValueError(f"mode: expected one of {', '.join(MODES)}, got {mode!r}")
    if run_id is not None and not _ID.fullmatch(str(run_id)):
        raise ValueError(f"run_id: expected letters, digits and . _ - (at most 64), got {run_id!r}")
    if not isinstance(timeout, int | float) or not timeout > 0:
        raise ValueError(f"timeout: expected seconds above 0, got {timeout!r}")
    path = writable_directory(directory)
    identity = run_id or secrets.token_hex(6)
    noise = dict.fromkeys(("capture_stdout", "capture_stderr", "capture_hardware_metrics"), capture)
    options = {"name": name, "tags": tags, "project": project, "source_files": [], "git_ref": False, **noise}
    if mode == "auto":
        mode = "async" if project else "offline"
    run = _open(mode, path, identity, options, timeout)
    run[layout.RUN_ID] = identity
    run[layout.NAME] = name or identity
    run[layout.STARTED] = datetime.now(timezone.utc).isoformat()
    run.wait(disk_only=True)
    _ids[run] = identity
    return run


def run_id(run) -> str | None:
    """The id `init_run` gave a run; None for runs started elsewhere.

    Args:
        run: a run, or a handler of it (`run["train"]`).

    Example:
        >>> run_id(init_run("arcface-r50", mode="offline"))  # doctest: +SKIP
        '4f2a9c1e07b3'
    """
    return _ids.get(run.get_root_object() if hasattr(run, "get_root_object") else run)


def _open(mode: str, directory: Path, identity: str, options: dict, timeout: float):
    with _client_settings(directory):
        import neptune

        logging.getLogger("neptune").setLevel(logging.WARNING)
        if mode in ("async", "sync"):
            try:
                return within(timeout, lambda: neptune.init_run(mode=mode, custom_run_id=identity[:36], **options))
            except NoAnswer as error:
                _logger.warning("tracking: %s; logging offline to %s instead", error, directory)
        _logger.info("tracking: logging to %s", directory)
        return neptune.init_run(mode="offline", **options)


@contextmanager
def _client_settings(directory: Path):
    """The client takes its folder from the environment only, and names files with the global random state.

    When it is imported it also takes from there how long `stop` waits for a server that was lost: 300 s, or our 30.
    """
    with _environment:
        before, state = {name: os.environ.get(name) for name in _CLIENT}, random.getstate()
        os.environ["NEPTUNE_DATA_DIRECTORY"] = str(directory)
        os.environ.setdefault("NEPTUNE_SYNC_AFTER_STOP_TIMEOUT", "30")
        try:
            yield
        finally:
            random.setstate(state)
            for name, value in before.items():
                del os.environ[name]
                if value is not None:
                    os.environ[name] = value
