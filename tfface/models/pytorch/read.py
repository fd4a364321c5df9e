"""Reads tensors from files of PyTorch without executing anything in them."""

import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..._extras import require

# Under what trainings keep the backbone's tensors beside their optimiser and the classes.
_INSIDE = ("state_dict_backbone", "state_dict", "model")


def read_tensors(path):
    """Name → float32 array of each tensor with numbers in a `.pth` or `.safetensors` file.

    Raises:
        ValueError: the file is broken, is no state dict, or holds more than tensors.
        ImportError: PyTorch is not installed, or safetensors for a file of its own.
    """
    tensors = _safetensors(path) if Path(path).suffix == ".safetensors" else _state_dict(path)
    return {
        name.removeprefix("module."): np.asarray(tensor, np.float32)  # as it is called when several devices trained it
        for name, tensor in tensors.items()
        if not name.endswith("num_batches_tracked")
    }


def _safetensors(path):
    library = require("safetensors", "torch")
    try:
        return require("safetensors.numpy", "torch").load_file(path)
    except (library.SafetensorError, KeyError, TypeError) as error:  # NumPy has no bfloat16
        raise ValueError(f"{path}: expected a file of safetensors, cannot read it ({_reason(error)})") from error


def _state_dict(path):
    torch = require("torch", "torch")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f"{path}: refused, as it holds more than tensors ({_reason(error)})") from error
    except (RuntimeError, EOFError, KeyError, ValueError) as error:
        raise ValueError(f"{path}: expected a file of PyTorch, cannot read it ({_reason(error)})") from error
    content = next((content[key] for key in _INSIDE if isinstance(content, Mapping) and key in content), content)
    if not isinstance(content, Mapping) or not all(isinstance(tensor, torch.Tensor) for tensor in content.values()):
        raise ValueError(f"{path}: expected a state dict, tensors by name, got {type(content).__name__}")
    return {name: tensor.float().numpy() for name, tensor in content.items()}


def _reason(error):
    """The first sentence: PyTorch goes on to tell how to load the file nevertheless."""
    words = " ".join(str(error).split())
    return words.partition("WeightsUnpickler error: ")[2].partition(". ")[0] or words.partition(". ")[0]
