"""The most memory that something takes: of a GPU if there is one, else of the process (Linux)."""

from pathlib import Path

import tensorflow as tf


class Peak:
    """Memory in bytes, from when this was made.

    Attributes:
        before: what was taken when this was made.
    """

    def __init__(self):
        self._gpu = bool(tf.config.list_physical_devices("GPU"))
        tf.constant(0.0) + 1.0  # what TensorFlow takes for itself
        self.before = 0 if self._gpu else _status("VmRSS")

    def restart(self):
        """Forgets the peak so far."""
        if self._gpu:
            tf.config.experimental.reset_memory_stats("GPU:0")
        else:
            Path("/proc/self/clear_refs").write_text("5")

    def read(self) -> int:
        """The peak since the last `restart`, of all that the device or the process holds."""
        return tf.config.experimental.get_memory_info("GPU:0")["peak"] if self._gpu else _status("VmHWM")


def _status(field):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
