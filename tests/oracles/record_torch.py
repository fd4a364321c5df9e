"""Records the few losses that PyTorch itself has: pip install torch, then run this file."""

from importlib.metadata import version

import torch
from recording import Recorder
from torch import nn

torch.set_default_dtype(torch.float64)


def softmax(loss, labels, embeddings, weights):
    return loss(embeddings @ weights.T, labels)


def triplets(loss, labels, anchor, positive, negative):
    return loss(anchor, positive, negative)


TRIPLET = ("embeddings", "other_embeddings", "predictions")
ENTRIES = {
    "softmax": ("CrossEntropyLoss", {}, softmax, ("embeddings", "weights")),
    "softmax-smooth": ("CrossEntropyLoss", {"label_smoothing": 0.1}, softmax, ("embeddings", "weights")),
    "triplet-given": ("TripletMarginLoss", {"margin": 1.0, "eps": 0.0}, triplets, TRIPLET),
}

if __name__ == "__main__":
    recorder = Recorder(torch=version("torch"))
    labels = torch.tensor(recorder.inputs["labels"])
    for entry, (name, arguments, use, wanted) in ENTRIES.items():
        tensors = [torch.tensor(recorder.inputs[key], requires_grad=True) for key in wanted]
        value = use(getattr(nn, name)(**arguments), labels, *tensors)
        gradients = dict(zip(wanted, torch.autograd.grad(value, tensors), strict=True))
        recorder.add(entry, {"class": name, **arguments, "inputs": wanted}, value.detach(), **gradients)
    recorder.save(__file__)
