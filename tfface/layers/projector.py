from tensorflow import keras

from .._check import choice, whole
from .._compat import register
from ._mlp import MLP, batch_norm


@register
class Projector(MLP):
    r"""The network between the embeddings and a loss on two views, which is thrown away after the training.

    `x → (dense → batch normalisation → ReLU) … → dense (→ batch normalisation)`, (B, D) → (B, widths[-1]). Statistics
    are those of the global batch. The papers' own: `tfface.models.two_view("barlow_twins", backbone)`.

    Args:
        widths: columns of the dense layers; the last is the size of the projections.
        batch_norm: whether hidden layers are batch-normalised; without, dense layers have a bias.
        last_batch_norm: whether the projections are too, without a learned scale and offset, as in SimSiam.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> backbone = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(16)])
        >>> model = tfface.TwoViewModel(backbone, tfface.layers.Projector((2048, 128)))
        >>> model.compile("adam", loss=tfface.SimCLR())

    Reference:
        Chen, Kornblith, Norouzi, Hinton: A Simple Framework for Contrastive Learning of Visual Representations, 2020,
        arXiv 2002.05709.
    """

    def __init__(self, widths=(2048, 2048, 2048), batch_norm=True, last_batch_norm=False, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(widths, tuple | list) or not widths:
            raise ValueError(f"widths: expected at least one number of columns, received {widths!r}")
        self.widths = tuple(whole("widths", width, 1) for width in widths)
        self.batch_norm = choice("batch_norm", batch_norm, (True, False))
        self.last_batch_norm = choice("last_batch_norm", last_batch_norm, (True, False))

    def make(self, size):
        *hidden, last = self.widths
        steps = []
        for width in hidden:
            steps.append(keras.layers.Dense(width, use_bias=not self.batch_norm))
            steps += [batch_norm()] if self.batch_norm else []
            steps.append(keras.layers.ReLU())
        steps.append(keras.layers.Dense(last, use_bias=not (self.batch_norm or self.last_batch_norm)))
        return [*steps, *([batch_norm(affine=False)] if self.last_batch_norm else [])]

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.widths[-1])

    def get_config(self):
        own = {"widths": self.widths, "batch_norm": self.batch_norm, "last_batch_norm": self.last_batch_norm}
        return {**super().get_config(), **own}
