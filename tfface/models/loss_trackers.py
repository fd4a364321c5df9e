"""Running means of the loss and of its parts, for the logs."""

import tensorflow as tf
from tensorflow import keras

from ..functional import replicas


class _Mean(keras.metrics.Mean):
    """Begins anew in each epoch, so nothing of it is saved: Keras 2 could not read it back under several replicas."""

    def save_own_variables(self, store):
        """Writes nothing."""

    def load_own_variables(self, store):
        """Reads nothing."""


class LossTrackers:
    """One mean for the loss, and with several parts one for each, by name.

    A plain object, since Keras 3 refuses new metrics as attributes of a built model.
    """

    def __init__(self, parts=()):
        names = ["loss", *parts] if len(parts) > 1 else ["loss"]
        self._means = {name: _Mean(name=name) for name in names}

    @property
    def metrics(self):
        return list(self._means.values())

    def update(self, shares: dict, batch_size):
        """Takes this replica's shares of the global losses; the metrics add the replicas up.

        All replicas have one weight, even if the last batch leaves one with fewer samples: its shares know.
        """
        weight = replicas.total(tf.cast(batch_size, tf.float32)) / replicas.count()
        for name, mean in self._means.items():
            mean.update_state(shares[name] * replicas.count(), sample_weight=weight)
