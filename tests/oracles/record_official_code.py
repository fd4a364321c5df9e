"""Records the authors' own code where pip has no peer: python record_official_code.py FOLDER, with torch installed.

FOLDER holds a checkout of each repository of `SOURCES` under the repository's name. Nothing of them is kept here but
the numbers that they give. (MagFace also wants the package termcolor.)
"""

import sys
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import torch
from recording import CLASSES, SIZE, Recorder
from torch.func import functional_call
from torch.nn.functional import cross_entropy, normalize

torch.set_default_dtype(torch.float64)

# Repository → the commit that was read.
SOURCES = {
    "deepinsight/insightface": "7fadd420c2351d0ffa8cac403421c1a3ed733365",
    "mk-minchul/AdaFace": "c60eaa786a42c03444f3df7096dbaf9d57ae010d",
    "fdbtrs/ElasticFace": "5496ec0643bfdcd5e6b53b885aa4e919e26ce442",
    "ydwen/opensphere": "a679e82032455941932e23e3d3cbab6b8c07e3d4",
    "CVI-SZU/UniFace": "00ade47075e26f24a96a1db718046b9af5f068ea",
    "IrvingMeng/MagFace": "99bae614ac2643b9694bf18e0c5645272ff6acfa",
    "HuangYG123/CurricularFace": "68c8727fb7cd2243ecbfd7e09c35efc87c6e2de4",
    "4uiiurz1/pytorch-adacos": "35c086cc07087657595e1d10eaddefb3b3a46f35",
    "xiaoboCASIA/SV-X-Softmax": "89b536d4001442453f39021ce4b91a5fb43b3354",
    "JDAI-CV/FaceX-Zoo": "16b793a7564a4b9308cf94e62bdb2ffacb3a725a",
    "limxuanyu127/seesawfacenet_pytorch": "d975f12cb48b53508ca7ea42c5b0b459eb73a2bc",
}


@dataclass(frozen=True)
class Entry:
    """A class of a repository, how it is made, and how a loss is asked of it."""

    repository: str
    file: str
    cls: str
    use: callable  # (module, **tensors by input) → loss
    arguments: dict = field(default_factory=dict)
    labels: str = "labels"
    wanted: tuple = ("embeddings", "weights")

    def load(self, folder):
        root = folder / self.repository.partition("/")[2]
        path = root / self.file
        sys.path.insert(0, str(root))
        # As a package, for those that import their neighbours.
        package = spec_from_file_location("official", path.with_name("__init__.py"), submodule_search_locations=[""])
        sys.modules["official"] = module_from_spec(package)
        sys.modules["official"].__path__ = [str(path.parent)]
        for name in [name for name in sys.modules if name.startswith("official.")]:
            del sys.modules[name]
        spec = spec_from_file_location(f"official.{path.stem}", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.path.remove(str(root))
        return getattr(module, self.cls)(**self.arguments)


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


ARCFACE_TORCH = ("deepinsight/insightface", "recognition/arcface_torch/losses.py")
ELASTIC = ("fdbtrs/ElasticFace", "utils/losses.py")
SPHERE = ("ydwen/opensphere", "opensphere/module/head")
MV = ("xiaoboCASIA/SV-X-Softmax", "fc_layers.py", "FC", partial(on_unit_embeddings, "weight"))
FEATURES = {"in_features": SIZE, "out_features": CLASSES}
ZOO = {"feat_dim": SIZE, "num_class": CLASSES}

ENTRIES = {
    "arcface": Entry(*ARCFACE_TORCH, "ArcFace", on_cosines, {"s": 64.0, "margin": 0.5}),
    "combined-cosface": Entry(
        *ARCFACE_TORCH, "CombinedMarginLoss", on_cosines, {"s": 64.0, "m1": 1.0, "m2": 0.0, "m3": 0.4}
    ),
    "combined": Entry(*ARCFACE_TORCH, "CombinedMarginLoss", on_cosines, {"s": 64.0, "m1": 1.0, "m2": 0.3, "m3": 0.2}),
    "combined-filter": Entry(
        *ARCFACE_TORCH,
        "CombinedMarginLoss",
        on_cosines,
        {"s": 8.0, "m1": 1.0, "m2": 0.0, "m3": 0.4, "interclass_filtering_threshold": 0.2},
    ),
    "adaface": Entry(
        "mk-minchul/AdaFace",
        "head.py",
        "AdaFace",
        adaface,
        {"embedding_size": SIZE, "classnum": CLASSES, "m": 0.4, "h": 0.333, "s": 64.0, "t_alpha": 0.99},
    ),
    "elasticface-arc": Entry(*ELASTIC, "ElasticArcFace", partial(on_embeddings, "kernel"), {**FEATURES, "std": 0.0}),
    "elasticface-cos": Entry(*ELASTIC, "ElasticCosFace", partial(on_embeddings, "kernel"), {**FEATURES, "std": 0.0}),
    "sphereface2": Entry(
        SPHERE[0],
        f"{SPHERE[1]}/sphereface2.py",
        "SphereFace2",
        sphereface2,
        {"feat_dim": SIZE, "subj_num": CLASSES},
        wanted=("embeddings", "bias"),
    ),
    "sphereface-r": Entry(
        SPHERE[0],
        f"{SPHERE[1]}/sphereface.py",
        "SphereFace",
        sphereface_r,
        {"feat_dim": SIZE, "subj_num": CLASSES, "s": 30.0, "m": 1.7},
        wanted=("embeddings",),
    ),
    "uniface": Entry(
        "CVI-SZU/UniFace",
        "head.py",
        "Unified_Cross_Entropy_Loss",
        uniface,
        FEATURES,
        wanted=("embeddings", "weights", "bias"),
    ),
    "uniface-per-class": Entry(
        "CVI-SZU/UniFace",
        "head.py",
        "Normalized_BCE_Loss",
        uniface,
        FEATURES,
        wanted=("embeddings", "weights", "biases"),
    ),
    "magface": Entry("IrvingMeng/MagFace", "models/magface.py", "MagLinear", magface, FEATURES),
    "curricularface": Entry(
        "HuangYG123/CurricularFace", "head/metrics.py", "CurricularFace", partial(on_embeddings, "kernel"), FEATURES
    ),
    # Of an even batch torch takes the lower of the two middle angles for the median, the paper does not say.
    "adacos": Entry(
        "4uiiurz1/pytorch-adacos",
        "metrics.py",
        "AdaCos",
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
    "circle-class": Entry(
        "JDAI-CV/FaceX-Zoo", "head/CircleLoss.py", "CircleLoss", partial(on_embeddings, "weight"), ZOO
    ),
    "airface": Entry(
        "limxuanyu127/seesawfacenet_pytorch",
        "src/seesaw_models/Li_ArcFace.py",
        "LiArcFace",
        partial(on_embeddings, "weight", columns=False),
        {"embedding_size": SIZE, "classnum": CLASSES, "s": 64.0, "m": 0.45},
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
        value = entry.use(entry.load(folder), labels=labels[known], **tensors)
        gradients = torch.autograd.grad(value, list(wanted.values()))
        call = {
            "repository": entry.repository,
            "commit": SOURCES[entry.repository],
            "file": entry.file,
            "class": entry.cls,
            "arguments": entry.arguments,
            "labels": entry.labels,
        }
        recorder.add(name, call, value.detach(), **dict(zip(wanted, gradients, strict=True)))
    recorder.save(__file__)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
