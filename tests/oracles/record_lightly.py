"""Records lightly's two-view losses: pip install torch torchvision lightly==1.6.0, then run this file."""

from importlib.metadata import version

import torch
from lightly import loss as losses
from recording import BATCH, SIZE, Recorder

torch.set_default_dtype(torch.float64)

VIEWS = ("embeddings", "other_embeddings")
PREDICTED = ("predictions", "other_predictions", *VIEWS)


def between(loss, first, second):
    return loss(first, second)


def crosswise(loss, prediction, other_prediction, target, other_target):
    """SimSiam's and BYOL's use of the cosine, as lightly's examples have it: half of each direction."""
    return (loss(prediction, other_target.detach()) + loss(other_prediction, target.detach())) / 2


def squared(*tensors):
    """BYOL's squared distance of unit vectors, 2 − 2 cos, of both directions."""
    return 4 + 4 * crosswise(*tensors)


def against(memory):
    """The loss with keys from a memory bank instead of the batch."""

    def use(loss, query, key):
        loss.memory_bank.bank = torch.nn.functional.normalize(torch.tensor(memory))
        return loss(query, key.detach())

    return use


if __name__ == "__main__":
    recorder = Recorder(**{name: version(name) for name in ("torch", "lightly")})
    bank = {"temperature": 0.2, "memory_bank_size": [2 * BATCH, SIZE]}
    entries = {
        "barlow-twins": ("BarlowTwinsLoss", {}, VIEWS, between),
        "barlow-twins-even": ("BarlowTwinsLoss", {"lambda_param": 0.5}, VIEWS, between),
        "vicreg": ("VICRegLoss", {}, VIEWS, between),
        "ntxent": ("NTXentLoss", {"temperature": 0.5}, VIEWS, between),
        "ntxent-cold": ("NTXentLoss", {"temperature": 0.07}, VIEWS, between),
        "ntxent-memory": ("NTXentLoss", bank, VIEWS, against(recorder.inputs["memory"])),
        "negative-cosine": ("NegativeCosineSimilarity", {}, PREDICTED, crosswise),
        "byol": ("NegativeCosineSimilarity", {}, PREDICTED, squared),
    }
    for entry, (name, arguments, wanted, use) in entries.items():
        tensors = [torch.tensor(recorder.inputs[key], requires_grad=True) for key in wanted]
        value = use(getattr(losses, name)(**arguments), *tensors)
        gradients = torch.autograd.grad(value, tensors, allow_unused=True, materialize_grads=True)
        described = {"class": name, **arguments, "inputs": wanted}
        recorder.add(entry, described, value.detach(), **dict(zip(wanted, gradients, strict=True)))
    recorder.save(__file__)
