"""Records the authors' own code where pip has no peer: python record_official_code.py FOLDER, with torch installed.

FOLDER holds a checkout of each repository of official_sources.py under the repository's name. Nothing of them is kept
here but the numbers that they give. (MagFace also wants the package termcolor.)
"""

import sys
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from official_sources import SOURCES, load
from recording import CLASSES, SIZE, SUB_CENTERS, Recorder
from torch.func import functional_call
from torch.nn.functional import cross_entropy, normalize

torch.set_default_dtype(torch.float64)
torch.Tensor.cuda = lambda tensor: tensor  # some ask for a GPU


@dataclass(frozen=True)
class Entry:
    """A class of a repository, how it is made, and how a loss is asked of it."""

    repository: str
    name: str  # package.module.Class
    use: callable  # (module, **tensors by input) → loss
    arguments: dict = field(default_factory=dict)
    labels: str = "labels"
    wanted: tuple = ("embeddings", "weights")


def on_cosines(module, labels, embeddings, weights):
    cosines = normalize(embeddings) @ normalize(weights).T
    return cross_entropy(module(cosines * 1.0, labels[:, None]), labels)


def on_embeddings(parameter, module, labels, embeddings, weights, columns=True):
    """A head that keeps weights of its own and gives logits."""
    own = {parameter: weights.T if columns else weights}
    logits = functional_call(module, own, (embeddings, labels))
    return cross_entropy(logits[0] if isinstance(logits, tuple) else logits, labels)


def on_unit_embeddings(parameter, module, labels, embeddings, weights):
    return on_embeddings(parameter, module, labels, normalize(embeddings), weights)


def adaface(module, labels, embeddings, weights):
    norms = embeddings.norm(dim=1, keepdim=True)
    logits = functional_call(module, {"kernel": weights.T}, (embeddings / norms, norms, labels))
    return cross_entropy(logits, labels)


def magface(module, labels, embeddings, weights):
    lower, upper, lower_margin, upper_margin = 1.5, 4.0, 0.45, 0.8

    def margin(norm):
        return (upper_margin - lower_margin) / (upper - lower) * (norm - lower) + lower_margin

    (cosines, with_margin), norm = functional_call(module, {"weight": weights.T}, (embeddings, margin, lower, upper))
    own = torch.nn.functional.one_hot(labels, CLASSES).bool()
    return cross_entropy(torch.where(own, with_margin, cosines), labels) + 35.0 * (norm / upper**2 + 1 / norm).mean()


def sphereface2(module, labels, embeddings, weights, bias):
    return functional_call(module, {"w": normalize(weights), "b": bias.reshape(1)}, (embeddings, labels))


def sphereface_r(module, labels, embeddings, weights):
    return functional_call(module, {"w": normalize(weights)}, (embeddings, labels))


def uniface(module, labels, embeddings, weights, bias):
    own = {"weight": weights, "bias": bias.reshape(1, -1) if bias.ndim else bias.reshape(1)}
    return functional_call(module, own, (embeddings, labels, torch.arange(CLASSES)))


def on_one_view(module, labels, embeddings, weights):
    return module(normalize(embeddings)[:, None], labels)


def on_pairs(module, labels, embeddings, weights):
    return module(normalize(embeddings), labels)


def soft_triple(module, labels, embeddings, weights, sub_weights):
    return functional_call(module, {"fc": sub_weights.T}, (normalize(embeddings), labels))


ARCFACE_TORCH, ARCFACE_LOSSES = "deepinsight/insightface", "recognition.arcface_torch.losses"
ELASTIC = "fdbtrs/ElasticFace"
MV = ("xiaoboCASIA/SV-X-Softmax", "fc_layers.FC", partial(on_unit_embeddings, "weight"))
FEATURES = {"in_features": SIZE, "out_features": CLASSES}
SUPCON = ("HobbitLong/SupContrast", "losses.SupConLoss", on_one_view)
SETTINGS = SimpleNamespace(LOSSES=SimpleNamespace(MULTI_SIMILARITY_LOSS=SimpleNamespace(SCALE_POS=2, SCALE_NEG=40)))
ZOO = {"feat_dim": SIZE, "num_class": CLASSES}

ENTRIES = {
    "arcface": Entry(ARCFACE_TORCH, f"{ARCFACE_LOSSES}.ArcFace", on_cosines, {"s": 64.0, "margin": 0.5}),
    "combined-cosface": Entry(
        ARCFACE_TORCH, f"{ARCFACE_LOSSES}.CombinedMarginLoss", on_cosines, {"s": 64.0, "m1": 1.0, "m2": 0.0, "m3": 0.4}
    ),
    "combined": Entry(
        ARCFACE_TORCH, f"{ARCFACE_LOSSES}.CombinedMarginLoss", on_cosines, {"s": 64.0, "m1": 1.0, "m2": 0.3, "m3": 0.2}
    ),
    "combined-filter": Entry(
        ARCFACE_TORCH,
        f"{ARCFACE_LOSSES}.CombinedMarginLoss",
        on_cosines,
        {"s": 8.0, "m1": 1.0, "m2": 0.0, "m3": 0.4, "interclass_filtering_threshold": 0.2},
    ),
    "adaface": Entry(
        "mk-minchul/AdaFace",
        "head.AdaFace",
        adaface,
        {"embedding_size": SIZE, "classnum": CLASSES, "m": 0.4, "h": 0.333, "s": 64.0, "t_alpha": 0.99},
    ),
    "elasticface-arc": Entry(
        ELASTIC, "utils.losses.ElasticArcFace", partial(on_embeddings, "kernel"), {**FEATURES, "std": 0.0}
    ),
    "elasticface-cos": Entry(
        ELASTIC, "utils.losses.ElasticCosFace", partial(on_embeddings, "kernel"), {**FEATURES, "std": 0.0}
    ),
    "sphereface2": Entry(
        "ydwen/opensphere",
        "opensphere.module.head.sphereface2.SphereFace2",
        sphereface2,
        {"feat_dim": SIZE, "subj_num": CLASSES},
        wanted=("embeddings", "bias"),
    ),
    "sphereface-r": Entry(
        "ydwen/opensphere",
        "opensphere.module.head.sphereface.SphereFace",
        sphereface_r,
        {"feat_dim": SIZE, "subj_num": CLASSES, "s": 30.0, "m": 1.7},
        wanted=("embeddings",),
    ),
    "uniface": Entry(
        "CVI-SZU/UniFace",
        "head.Unified_Cross_Entropy_Loss",
        uniface,
        FEATURES,
        wanted=("embeddings", "weights", "bias"),
    ),
    "uniface-per-class": Entry(
        "CVI-SZU/UniFace",
        "head.Normalized_BCE_Loss",
        uniface,
        FEATURES,
        wanted=("embeddings", "weights", "biases"),
    ),
    "magface": Entry("IrvingMeng/MagFace", "models.magface.MagLinear", magface, FEATURES),
    "curricularface": Entry(
        "HuangYG123/CurricularFace", "head.metrics.CurricularFace", partial(on_embeddings, "kernel"), FEATURES
    ),
    # Of an even batch torch takes the lower of the two middle angles for the median, the paper does not say.
    "adacos": Entry(
        "4uiiurz1/pytorch-adacos",
        "metrics.AdaCos",
        partial(on_embeddings, "W", columns=False),
        {"num_features": SIZE, "num_classes": CLASSES},
        labels="odd_labels",
    ),
    **{
        f"mv-softmax-{kind}{'-easy' if easy else ''}": Entry(
            *MV,
            {
                "fc_type": f"MV-{kind.capitalize() if kind == 'arc' else 'AM'}",
                "margin": margin,
                "embedding_size": SIZE,
                "num_class": CLASSES,
                "easy_margin": easy,
            },
        )
        for kind, margin in (("arc", 0.5), ("am", 0.35))
        for easy in (False, True)
    },
    "circle-class": Entry("JDAI-CV/FaceX-Zoo", "head.CircleLoss.CircleLoss", partial(on_embeddings, "weight"), ZOO),
    "airface": Entry(
        "limxuanyu127/seesawfacenet_pytorch",
        "src.seesaw_models.Li_ArcFace.LiArcFace",
        partial(on_embeddings, "weight", columns=False),
        {"embedding_size": SIZE, "classnum": CLASSES, "s": 64.0, "m": 0.45},
    ),
    "supcon": Entry(*SUPCON, {"temperature": 0.1}, wanted=("embeddings",)),
    "supcon-lonely": Entry(*SUPCON, {"temperature": 0.1}, labels="lonely_labels", wanted=("embeddings",)),
    "multi-similarity": Entry(
        "msight-tech/research-ms-loss",
        "ret_benchmark.losses.multi_similarity_loss.MultiSimilarityLoss",
        on_pairs,
        {"cfg": SETTINGS},
        wanted=("embeddings",),
    ),
    "soft-triple": Entry(
        "idstcv/SoftTriple",
        "loss.SoftTriple.SoftTriple",
        soft_triple,
        {"la": 20, "gamma": 0.1, "tau": 0.2, "margin": 0.01, "dim": SIZE, "cN": CLASSES, "K": SUB_CENTERS},
        wanted=("embeddings", "sub_weights"),
    ),
}


def main(folder):
    recorder = Recorder(torch=version("torch"))
    recorder.inputs["bias"] = np.array(1.5)
    recorder.inputs["biases"] = np.array([1.5, 2.0, -0.5, 3.0, 0.25])
    recorder.inputs["odd_labels"] = np.append(recorder.inputs["labels"][:-1], -1)  # the last sample is ignored
    for name, entry in ENTRIES.items():
        labels = torch.tensor(recorder.inputs[entry.labels])
        known = labels >= 0
        held = {"weights": torch.tensor(recorder.inputs["weights"])}
        wanted = {key: torch.tensor(recorder.inputs[key], requires_grad=True) for key in entry.wanted}
        tensors = {key.replace("biases", "bias"): value for key, value in {**held, **wanted}.items()}
        tensors["embeddings"] = tensors["embeddings"][known]
        module = load(folder, entry.repository, entry.name)(**entry.arguments)
        value = entry.use(module, labels=labels[known], **tensors)
        gradients = torch.autograd.grad(value, list(wanted.values()))
        call = {
            "repository": entry.repository,
            "commit": SOURCES[entry.repository],
            "class": entry.name,
            "arguments": entry.arguments,
            "labels": entry.labels,
        }
        recorder.add(name, call, value.detach(), **dict(zip(wanted, gradients, strict=True)))
    recorder.save(__file__)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
