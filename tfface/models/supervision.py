"""The supervision of a FaceModel: on the embeddings and on hidden layers a head, a loss, and that loss's weights."""

import tensorflow as tf

from .. import losses as losses_module
from .._suggest import did_you_mean
from .supervised import Supervised
from .taps import Taps


class Supervision:
    """Everything that is judged in training, in one pass through the backbone.

    A plain object, as the model itself owns backbone, heads and weights.

    Args:
        backbone: images in, embeddings (B, D) out.
        head: on the embeddings, or None.
        auxiliary: heads on hidden layers by the layer's name.
        states: a `LossState` for the embeddings, then one for each of these layers.
    """

    def __init__(self, backbone, head, auxiliary, states):
        self._taps = Taps(backbone, auxiliary)
        places = zip(["", *auxiliary], self._taps.sizes, [head, *auxiliary.values()], states, strict=True)
        self._supervised = [Supervised(*place) for place in places]

    def prepare(self, loss, auxiliary):
        """The loss of each output, in order, after making the weights that they need.

        Args:
            loss: of the embeddings; None for no loss anywhere.
            auxiliary: losses of hidden layers by name, where they have another.

        Raises:
            ValueError: a layer is not supervised, or a loss cannot be used there.
        """
        known = [supervised.layer for supervised in self._supervised[1:]]
        for layer in auxiliary:
            if layer not in known:
                raise ValueError(f"auxiliary_losses: there is no head on {layer!r}, {did_you_mean(layer, known)}")
        losses = [
            None if loss is None else losses_module.get(own)
            for own in (loss, *(auxiliary.get(layer, loss) for layer in known))
        ]
        for supervised, own in zip(self._supervised, losses, strict=True):
            if own is not None:
                supervised.prepare(own)
        return losses

    def judge_by(self, losses):
        """Takes what `prepare` gave."""
        for supervised, loss in zip(self._supervised, losses, strict=True):
            supervised.judge_by(loss)

    @property
    def names(self):
        """What the parts of the losses are called in the logs: `arcface`, `block1/softmax`."""
        return [name for supervised in self._supervised for name in supervised.names]

    @property
    def taking(self):
        """The heads that a step has to `take` class weights of."""
        return [supervised.head for supervised in self._supervised if supervised.takes]

    def take(self, y):
        """The class weights of a training step, of the heads in `taking`."""
        return [supervised.take(y) for supervised in self._supervised if supervised.takes]

    def judge(self, images, y, sample_weight, training, *taken):
        """This replica's share of each part of the global loss, by name; scores and labels for the metrics.

        `taken` is what `take` gave, in a training step.
        """
        if y is None:
            raise ValueError("fit, evaluate: expected (images, labels), received no labels")
        embeddings, *features = self._taps(images, training)
        taken = dict(zip(self.taking, taken, strict=False))
        main, *hidden = self._supervised
        shares, scores, labels = main.judge(embeddings, y, sample_weight, training, taken.get(main.head))
        for supervised, own in zip(hidden, features, strict=True):
            shares |= supervised.judge(own, y, sample_weight, training, taken.get(supervised.head))[0]
        if scores is None:  # no loss needed them; metrics do
            scores = embeddings if main.head is None else main.head(tf.stop_gradient(embeddings))
        return shares, scores, labels
