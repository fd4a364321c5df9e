"""The stages of a recipe, each with all it needs, from what is written once for several of them."""

from .section import by_name
from .stage import Stage

_OWN = ("epochs", "optimizer", "schedule", "batch")  # what a pretraining may say of its own, where there are no stages
_LABELLED = ("loss", "head", "augment", "frozen", "layer_rates")  # what it has no use for


def stages_of(written: dict):
    """The stages of a recipe.

    Raises:
        ValueError: pretraining and another loss in one stage, or frozen epochs where they make no sense.
    """
    shared = {key: value for key, value in written.items() if key in Stage.model_fields}
    frozen = written.get("frozen_epochs", 0)
    if "stages" not in written and {"pretrain", "loss"} <= shared.keys():
        return _pretrained(shared, frozen)
    if frozen:
        raise ValueError("frozen_epochs: expected pretrain and loss beside it; in stages, one says frozen: true")
    stages = written.get("stages", [{}])
    if not isinstance(stages, list):
        return stages
    return [_complete(shared, stage) if isinstance(stage, dict) else stage for stage in stages]


def _pretrained(shared, frozen):
    """Two views first, then the loss, first with the backbone standing still if the recipe says so."""
    method = by_name(shared["pretrain"])
    if not isinstance(method, dict):
        return [_without(shared, "loss")]  # which is no pretraining
    own = {key: method[key] for key in _OWN if key in method}
    first = {**_without(shared, *_LABELLED), **own, "pretrain": _without(method, *_OWN), "loss": method.get("name")}
    last, epochs = _without(shared, "pretrain"), shared.get("epochs")
    if not (isinstance(frozen, int) and isinstance(epochs, int) and frozen > 0):
        return [first, last]
    if frozen >= epochs:
        raise ValueError(f"frozen_epochs: expected fewer than epochs, which is {epochs}, got {frozen}")
    # Only the head learns in these: there is nothing to warm up for.
    still = {**_without(last, "layer_rates"), "epochs": frozen, "frozen": True, "schedule": "constant"}
    return [first, still, {**last, "epochs": epochs - frozen}]


def _without(section, *keys):
    return {key: value for key, value in section.items() if key not in keys}


def _complete(shared, own):
    """A stage with what all stages share. One that pretrains has the loss of its method, others do not pretrain."""
    stage = {**shared, **own}
    if "pretrain" not in own and "loss" in own:
        stage.pop("pretrain", None)
    method = stage.get("pretrain")
    if method is None:
        return stage
    name = method.get("name") if isinstance(method, dict) else method
    written = own if "pretrain" in own else stage
    if written.get("loss", name) not in (name, [{"name": name, "weight": 1.0}]):
        raise ValueError("pretrain, loss: expected two stages, the first with pretrain, the next with the loss")
    if "layer_rates" in own:
        raise ValueError("layer_rates: expected none in a stage with pretrain, where no layer has learnt anything yet")
    return {**_without(stage, "layer_rates"), "loss": name}
