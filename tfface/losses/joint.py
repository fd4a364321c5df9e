from .._compat import deserialize, register, serialize
from . import _check
from ._base import FaceLoss


@register
class JointLoss(FaceLoss):
    r"""A weighted sum of losses, written as a sum: `tfface.Softmax() + 0.003 * tfface.CenterLoss(num_classes)`.

    `L = Σ_k w_k L_k`. In a `FaceModel` each part is reported under its name. Parts of different kinds (on scores and on
    embeddings) or with state need a `FaceModel`; stateless parts of one kind work in any Keras model.

    Args:
        losses: the parts.
        weights: one number w_k ≥ 0 for each.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: no parts, a weight below 0, or a part with a `reduction` of its own.

    Example:
        >>> import tfface
        >>> [part.name for part in (tfface.ArcFace() + 0.5 * tfface.TripletLoss()).losses]
        ['arcface', 'triplet']
    """

    registry_name = "joint"
    kind = "joint"

    def __init__(self, losses, weights, **kwargs):
        super().__init__(**kwargs)
        if not losses or len(losses) != len(weights):
            raise ValueError(f"losses, weights: expected one weight a loss, received {len(losses)} and {len(weights)}")
        self.losses = _named_apart(losses)
        self.weights = [_check.number("weights", weight, 0.0) for weight in weights]
        odd = [part.name for part in self.losses if part.reduction not in ("sum_over_batch_size", "auto")]
        if odd:
            raise ValueError(f"reduction: expected it on the sum, JointLoss(..., reduction=), received it on {odd}")

    def state(self, sizes):
        """The parts' weights; parts that name the same weight share it."""
        specs = {}
        for part in self.losses:
            for spec in part.state(sizes):
                if specs.setdefault(spec.name, spec) != spec:
                    raise ValueError(
                        f"{part.name}: shares the weight {spec.name!r} with another loss: expected {specs[spec.name]}, "
                        f"received {spec}"
                    )
        return tuple(specs.values())

    def call(self, y_true, y_pred):
        """Weighted sum of the parts' losses (B,), in any Keras model."""
        kinds = {part.kind for part in self.losses}
        if len(kinds) > 1:
            names = " + ".join(type(part).__name__ for part in self.losses)
            if "two_view" in kinds:
                raise ValueError(f"{names}: expected losses on two views, or losses on labels, not both in one sum")
            head = next(_check.HEADS[part.inputs] for part in self.losses if part.kind == "class")
            raise ValueError(
                f"{names}: losses on scores and losses on embeddings in one sum need both; write instead:\n"
                f"    model = tfface.FaceModel(backbone, tfface.layers.{head}(num_classes))\n"
                "    model.compile(optimizer, loss=...)"
            )
        return sum(weight * part.call(y_true, y_pred) for part, weight in zip(self.losses, self.weights, strict=True))

    def get_config(self):
        config = super().get_config()
        return {**config, "losses": [serialize(part) for part in self.losses]}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "losses": [deserialize(part) for part in config["losses"]]})

    def __mul__(self, weight):
        _check.number("weight", weight, 0.0)
        return self._with(self.losses, [weight * own for own in self.weights])

    __rmul__ = __mul__

    def __add__(self, other):
        if not isinstance(other, FaceLoss):
            return NotImplemented
        if not isinstance(other, JointLoss):
            other = JointLoss([other], [1.0])
        return self._with([*self.losses, *other.losses], [*self.weights, *other.weights])

    def _with(self, losses, weights):
        return JointLoss(losses, weights, name=self.name, reduction=self.reduction)

    def __repr__(self):
        return " + ".join(f"{weight:g} * {part!r}" for part, weight in zip(self.losses, self.weights, strict=True))


def _named_apart(losses):
    """The losses; a second one of the same name becomes `name_2`, so that logs keep them apart."""
    taken, named = set(), []
    for loss in losses:
        if not isinstance(loss, FaceLoss) or isinstance(loss, JointLoss):
            raise TypeError(f"losses: expected single tfface losses, received {loss!r}")
        name, count = loss.name, 2
        while name in taken:
            name, count = f"{loss.name}_{count}", count + 1
        taken.add(name)
        if name != loss.name:
            loss = type(loss).from_config({**loss.get_config(), "name": name})
        named.append(loss)
    return named
