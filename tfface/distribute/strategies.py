"""The strategy of a process, by name."""

from functools import cache

import tensorflow as tf

from .._suggest import did_you_mean
from . import cluster

_NAMES = ("auto", "none", "mirrored", "multiworker")


def strategy(name: str = "auto"):
    """The `tf.distribute` strategy of this process: made once, and the same at every call.

    So a process has one MirroredStrategy, however many models it trains: TensorFlow gives the collectives of a second
    one the same keys as the first one's.

    Args:
        name: `none`: one device; `mirrored`: all GPUs of this machine (without any, its logical CPUs); `multiworker`:
            all processes of the cluster that TF_CONFIG or Slurm tells of, with all GPUs that each of them sees; `auto`:
            the strategy in whose scope this is called, else what there is: several processes, several GPUs, or one
            device.

    Raises:
        ValueError: no such name; no cluster; TensorFlow was already used, when it is too late for several workers.

    Example:
        >>> import tfface
        >>> with tfface.distribute.strategy().scope():
        ...     head = tfface.layers.CosineHead(10)
    """
    if name not in _NAMES:
        raise ValueError(f"strategy: unknown name {name!r}, {did_you_mean(str(name), _NAMES)}")
    if name == "auto":
        if tf.distribute.has_strategy():
            return tf.distribute.get_strategy()
        name = _found()
    return {"none": tf.distribute.get_strategy, "mirrored": _mirrored, "multiworker": _multiworker}[name]()


def _found() -> str:
    if cluster.join() > 1:
        return "multiworker"
    return "mirrored" if len(tf.config.list_physical_devices("GPU")) > 1 else "none"


@cache
def _mirrored():
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return tf.distribute.MirroredStrategy([device.name for device in devices])


@cache
def _multiworker():
    if cluster.join() < 2:
        raise ValueError(
            "strategy: 'multiworker' expects TF_CONFIG, or the tasks of a Slurm step, to tell of several processes; "
            "on one machine, tfface launch starts them"
        )
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except RuntimeError as error:
        raise ValueError(f"strategy: 'multiworker' has to come before anything else of TensorFlow: {error}") from error
