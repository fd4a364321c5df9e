"""Weights of the same networks in PyTorch: read safely, checked by name and shape, laid out as Keras wants them."""

from tensorflow import keras

from ..._check import choice
from .. import backbones
from .assign import assign
from .names import ALL
from .read import read_tensors


def from_pytorch(path, backbone, **arguments) -> keras.Model:
    """A backbone with weights that InsightFace's PyTorch code has saved.

    The embeddings are those of the PyTorch network, up to rounding. InsightFace trains on (x / 255 − 0.5) / 0.5, RGB:
    0.4 % more contrast than the (x − 127.5) / 128 of `tfface.data.standardize`.

    Args:
        path: a `.pth` or `.safetensors` file with the state dict of an IResNet or a MobileFaceNet. Nothing in it is
            executed.
        backbone: name of the function in `tfface.models.backbones`, `"iresnet50"` or `"mobilefacenet"`.
        **arguments: of that function, where the network differs from the published one.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: the file is no state dict, holds more than tensors, or does not fit the network; the message names
            what is missing, what is not expected and what has another shape.
        ImportError: PyTorch or safetensors, which reads the file, is not installed.

    Example:
        >>> import tfface
        >>> model = tfface.models.from_pytorch("weights.pth", "iresnet50")  # doctest: +SKIP
        >>> model.save("iresnet50.keras")  # doctest: +SKIP
    """
    names = ALL[choice("backbone", backbone, ALL)]
    tensors = read_tensors(path)
    if names.last in tensors:
        arguments = {"embedding_size": len(tensors[names.last]), **arguments}
    model = getattr(backbones, backbone)(**arguments)
    assign(model, names, tensors, path)
    return model
