"""What a Keras model is made of, as plain values."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

# how objects are stored, not what they compute
_UNSEEDED = 87654321  # TensorFlow's own graph seed where none was set
_SILENT = ("dtype", "name", "trainable", "build_config", "registered_name", "module")


def describe_model(model) -> dict:
    """Loss, head, backbone, optimiser and sizes of a model; what it does not have or tell is left out."""
    weights = {"total": model.weights, "trainable": model.trainable_weights}
    parts = _parts(model)
    weights.update((name, part.weights) for name, part in parts.items())
    return {
        "name": model.name,
        "type": type(model).__name__,
        "precision": keras.mixed_precision.global_policy().name,
        "loss": describe_loss(getattr(model, "loss", None)),
        **({"optimizer": describe_optimizer(model.optimizer)} if getattr(model, "optimizer", None) else {}),
        "parameters": {name: sum(int(np.prod(w.shape)) for w in group) for name, group in weights.items()},
        **{name: _described(part, of_layers=False) for name, part in parts.items()},
        **_embedding_size(model, parts),
    }


def _parts(model) -> dict:
    """Backbone and head; of a plain Keras model, a head that it ends in."""
    parts = {name: part for name in ("backbone", "head") if (part := getattr(model, name, None)) is not None}
    if not parts and hasattr(last := (getattr(model, "layers", None) or [None])[-1], "num_classes"):
        parts = {"head": last}
    return parts


def _embedding_size(model, parts) -> dict:
    if hasattr(model, "embedding_size"):
        return {"embedding_size": model.embedding_size}
    if "head" in parts:
        return {"embedding_size": parts["head"].input.shape[-1]}
    if getattr(getattr(model, "loss", None), "kind", "") == "embedding":
        return {"embedding_size": model.output_shape[-1]}
    return {}


def describe_loss(loss) -> dict:
    """Type and arguments of a loss; a weighted sum of losses is written as one."""
    if loss is None or isinstance(loss, str):
        return {"type": loss}
    if not hasattr(loss, "losses"):
        return _described(loss)
    terms = list(zip(loss.weights, loss.losses, strict=True))
    formula = " + ".join(f"{'' if weight == 1 else f'{weight:g} '}{type(part).__name__}" for weight, part in terms)
    return {"type": formula, **{part.name: {"weight": weight, **_described(part)} for weight, part in terms}}


def describe_optimizer(optimizer) -> dict:
    """Type and arguments of an optimiser; a schedule that has no `get_config` is named by its class."""
    found = _described(optimizer)
    rate = _rate(optimizer)
    is_schedule = isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)
    return {**found, "learning_rate": _described(rate) if is_schedule else learning_rate(optimizer)}


def learning_rate(optimizer) -> float:
    """The learning rate of the next step, from a number, a variable or any schedule."""
    rate = _rate(optimizer)
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        rate = rate(optimizer.iterations)
    return float(f"{number(rate):.7g}")  # 0.001, not its nearest float32


def loss_scale(optimizer) -> float | None:
    """What losses are multiplied with under mixed_float16; None where nothing is scaled."""
    # Keras 3 and 2
    scale = getattr(optimizer, "dynamic_scale", None)
    scale = getattr(optimizer, "loss_scale", None) if scale is None else scale
    return None if scale is None else number(scale)


def seed() -> int | None:
    """What `keras.utils.set_random_seed` was last given; None if it never was."""
    found, _ = tf.compat.v1.get_seed(1)  # with a seed of its own: draws nothing from the generator
    return None if found == _UNSEEDED else int(found)


def figures(logs: Mapping) -> dict[str, float]:
    """The numbers of Keras' logs; a vector is one figure an element, what is no number is left out."""
    found = {}
    for key, value in logs.items():
        if hasattr(value, "numpy"):  # a tensor, in far less time than NumPy's own way
            value = value.numpy()
        if isinstance(value, float | np.floating):  # the usual case, a thousand times an epoch
            found[key] = float(value)
            continue
        try:
            values = np.asarray(value, np.float64)
        except (TypeError, ValueError):
            continue
        if values.ndim:
            found.update((f"{key}_{index}", float(one)) for index, one in enumerate(values.ravel()))
        else:
            found[key] = float(values)
    return found


def number(value) -> float:
    """A number from a number, an array, a tensor or a variable (mirrored too)."""
    try:
        return float(value)
    except TypeError:  # not every variable has a float()
        return float(tf.convert_to_tensor(value))


def metric_names(model) -> set[str]:
    """Names of the model's own metrics; Keras 3 holds them in one more metric."""
    metrics = getattr(model, "metrics", ())
    return {inner.name for metric in metrics for inner in (metric, *getattr(metric, "metrics", ()))}


def device() -> dict:
    """What TensorFlow computes on."""
    gpus = tf.config.list_physical_devices("GPU")
    build = tf.sysconfig.get_build_info()
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus]
    found = {"device": ", ".join(names) or "CPU", "cpus": os.cpu_count()}
    return {**found, "cuda": build.get("cuda_version", ""), "cudnn": build.get("cudnn_version", "")} if gpus else found


def summary_text(model) -> str:
    """`model.summary()` as text."""
    lines = []
    model.summary(print_fn=lambda text, **_: lines.append(text))
    return "\n".join(lines)


def diagram(model) -> bytes:
    """A picture (PNG) of the model's layers.

    Raises:
        ImportError: pydot or graphviz is not there.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.png"
        keras.utils.plot_model(model, to_file=str(file), show_shapes=True)
        if not file.exists():  # Keras 2 prints what is missing
            raise ImportError("the diagram of a model needs pydot and graphviz")
        return file.read_bytes()


def _rate(optimizer):
    inner = getattr(optimizer, "inner_optimizer", optimizer)  # of a LossScaleOptimizer
    # the public attribute gives a schedule's value, and not the same one on all Keras generations
    return getattr(inner, "_learning_rate", None) if hasattr(inner, "_learning_rate") else inner.learning_rate


def _described(thing, of_layers: bool = True) -> dict:
    if not of_layers and hasattr(thing, "layers"):  # a model is told by its name, and its parts would fill pages
        return {"type": type(thing).__name__, "name": thing.name}
    return {"type": getattr(thing, "__name__", type(thing).__name__), **_kept(_config(thing))}


def _kept(config: dict) -> dict:
    told = {key: value for key, value in config.items() if key not in _SILENT and value is not None}
    return {key: _unwrapped(value) for key, value in told.items()}


def _unwrapped(value):
    """A serialised Keras object is its class and arguments."""
    if not isinstance(value, dict) or "class_name" not in value:
        return value
    return {"type": value["class_name"], **_kept(value.get("config") or {})}


def _config(thing) -> dict:
    try:
        return dict(thing.get_config())
    except Exception:  # any user's object may stand here, and most have no get_config
        return {}
