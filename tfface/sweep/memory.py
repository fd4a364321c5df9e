"""The most memory that was held at once, on the device that trains."""

from contextlib import suppress
from pathlib import Path

import tensorflow as tf

_PROCESS = Path("/proc/self")


def reset_peak() -> None:
    """Begins anew, where the system lets a process do that."""
    for gpu in tf.config.list_logical_devices("GPU"):
        tf.config.experimental.reset_memory_stats(gpu.name.rpartition("device:")[2])
    with suppress(OSError):
        (_PROCESS / "clear_refs").write_text("5")


def peak_bytes() -> int | None:
    """Of the first GPU, or else of this process; None where nobody knows."""
    for gpu in tf.config.list_logical_devices("GPU"):
        return tf.config.experimental.get_memory_info(gpu.name.rpartition("device:")[2])["peak"]
    try:
        lines = (_PROCESS / "status").read_text().splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)
