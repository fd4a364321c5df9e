"""`fit` of plain Keras models under a strategy."""

from .. import _compat


def mend_fit(model):
    """Makes `fit` and `evaluate` of a plain Keras model right under any `tf.distribute` strategy.

    Keras 3 cannot fit under MultiWorkerMirroredStrategy (keras#20585), and under the others it reads a batch of the
    dataset before it starts. The models of tfface are mended; this does it for another one. Nothing else about the
    model changes, and on Keras 2 nothing at all. With several workers `steps_per_execution` decides how often
    callbacks are called, as ever, but the steps are started one by one.

    Args:
        model: a Keras model, made in the scope of the strategy.

    Returns:
        The same model.

    Raises:
        TypeError: it is no Keras model.

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> with tfface.distribute.strategy().scope():
        ...     model = tfface.distribute.mend_fit(keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)]))
        ...     model.compile("sgd", loss="mse")
    """
    if not isinstance(model, _compat.keras.Model):
        raise TypeError(f"model: expected a Keras model, got {type(model).__name__}")
    _compat.mend_fit(model)
    return model
