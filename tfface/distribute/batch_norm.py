"""Batch normalisation over the global batch."""

from tensorflow import keras


def synchronize(model):
    """Lets every BatchNormalization of a model normalise over the global batch, so that N replicas learn what one does.

    `tfface train` does it whenever there are several replicas. It costs a sum over the replicas for each such layer.

    Args:
        model: a Keras model; layers of models within it are found too.

    Returns:
        The same model.

    Example:
        >>> import tfface
        >>> with tfface.distribute.strategy().scope():
        ...     backbone = tfface.distribute.synchronize(tfface.models.backbones.small_cnn((32, 32, 1)))
    """
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.synchronized = True
            layer.fused = False  # the kernel that Keras 2 would take knows one replica only
    return model
