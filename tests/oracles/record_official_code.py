"""Records the authors' own code where pip has no peer: python record_official_code.py FOLDER, with torch installed.

FOLDER holds a checkout of each repository of official_sources.py under the repository's name. Nothing of them is kept
here but the numbers that they give. (MagFace also wants the package termcolor.)
"""

import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import official_ways as ways
import torch
from official_sources import SOURCES, load
from official_ways import Entry
from recording import BATCH, CLASSES, SIZE, SUB_CENTERS, Recorder

torch.set_default_dtype(torch.float64)
torch.Tensor.cuda = lambda tensor: tensor  # some ask for a GPU


ARCFACE_TORCH, ARCFACE_LOSSES = "deepinsight/insightface", "recognition.arcface_torch.losses"
ELASTIC = "fdbtrs/ElasticFace"
MV = ("xiaoboCASIA/SV-X-Softmax", "fc_layers.FC", partial(ways.on_unit_embeddings, "weight"))
FEATURES = {"in_features": SIZE, "out_features": CLASSES}
SUPCON = ("HobbitLong/SupContrast", "losses.SupConLoss", ways.on_one_view)
SETTINGS = SimpleNamespace(LOSSES=SimpleNamespace(MULTI_SIMILARITY_LOSS=SimpleNamespace(SCALE_POS=2, SCALE_NEG=40)))
RANGE = (
    "Chen94yue/RangeLoss-Pytorch-ReID",
    "range_loss.RangeLoss",
    ways.with_its_parts,
    {"k": 2, "margin": 10.0, "alpha": 0.5, "beta": 0.25, "use_gpu": False, "ordered": False},
)
ZOO = {"feat_dim": SIZE, "num_class": CLASSES}

ENTRIES = {
    "arcface": Entry(ARCFACE_TORCH, f"{ARCFACE_LOSSES}.ArcFace", ways.on_cosines, {"s": 64.0, "margin": 0.5}),
    "combined-cosface": Entry(
        ARCFACE_TORCH,
        f"{ARCFACE_LOSSES}.CombinedMarginLoss",
        ways.on_cosines,
        {"s": 64.0, "m1": 1.0, "m2": 0.0, "m3": 0.4},
    ),
    "combined": Entry(
        ARCFACE_TORCH,
        f"{ARCFACE_LOSSES}.CombinedMarginLoss",
        ways.on_cosines,
        {"s": 64.0, "m1": 1.0, "m2": 0.3, "m3": 0.2},
    ),
    "combined-filter": Entry(
        ARCFACE_TORCH,
        f"{ARCFACE_LOSSES}.CombinedMarginLoss",
        ways.on_cosines,
        {"s": 8.0, "m1": 1.0, "m2": 0.0, "m3": 0.4, "interclass_filtering_threshold": 0.2},
    ),
    "adaface": Entry(
        "mk-minchul/AdaFace",
        "head.AdaFace",
        ways.adaface,
        {"embedding_size": SIZE, "classnum": CLASSES, "m": 0.4, "h": 0.333, "s": 64.0, "t_alpha": 0.99},
    ),
    "elasticface-arc": Entry(
        ELASTIC, "utils.losses.ElasticArcFace", partial(ways.on_embeddings, "kernel"), {**FEATURES, "std": 0.0}
    ),
    "elasticface-cos": Entry(
        ELASTIC, "utils.losses.ElasticCosFace", partial(ways.on_embeddings, "kernel"), {**FEATURES, "std": 0.0}
    ),
    "sphereface2": Entry(
        "ydwen/opensphere",
        "opensphere.module.head.sphereface2.SphereFace2",
        ways.sphereface2,
        {"feat_dim": SIZE, "subj_num": CLASSES},
        wanted=("embeddings", "bias"),
    ),
    "coco": Entry(
        "ydwen/opensphere",
        "opensphere.module.head.cocoloss.CocoLoss",
        ways.coco,
        {"feat_dim": SIZE, "num_class": CLASSES, "s": 30.0},
        wanted=("embeddings",),
    ),
    "sphereface-r": Entry(
        "ydwen/opensphere",
        "opensphere.module.head.sphereface.SphereFace",
        ways.sphereface_r,
        {"feat_dim": SIZE, "subj_num": CLASSES, "s": 30.0, "m": 1.7},
        wanted=("embeddings",),
    ),
    "uniface": Entry(
        "CVI-SZU/UniFace",
        "head.Unified_Cross_Entropy_Loss",
        ways.uniface,
        FEATURES,
        wanted=("embeddings", "weights", "bias"),
    ),
    "uniface-per-class": Entry(
        "CVI-SZU/UniFace",
        "head.Normalized_BCE_Loss",
        ways.uniface,
        FEATURES,
        wanted=("embeddings", "weights", "biases"),
    ),
    "magface": Entry("IrvingMeng/MagFace", "models.magface.MagLinear", ways.magface, FEATURES),
    "curricularface": Entry(
        "HuangYG123/CurricularFace", "head.metrics.CurricularFace", partial(ways.on_embeddings, "kernel"), FEATURES
    ),
    # Of an even batch torch takes the lower of the two middle angles for the median, the paper does not say.
    "adacos": Entry(
        "4uiiurz1/pytorch-adacos",
        "metrics.AdaCos",
        partial(ways.on_embeddings, "W", columns=False),
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
        "JDAI-CV/FaceX-Zoo", "head.CircleLoss.CircleLoss", partial(ways.on_embeddings, "weight"), ZOO
    ),
    "airface": Entry(
        "limxuanyu127/seesawfacenet_pytorch",
        "src.seesaw_models.Li_ArcFace.LiArcFace",
        partial(ways.on_embeddings, "weight", columns=False),
        {"embedding_size": SIZE, "classnum": CLASSES, "s": 64.0, "m": 0.45},
    ),
    "center": Entry(
        "jxgu1016/MNIST_center_loss_pytorch",
        "CenterLoss.CenterLoss",
        ways.labels_first,
        {"num_classes": CLASSES, "feat_dim": SIZE},
        wanted=("embeddings",),
    ),
    "center-whole": Entry(
        "KaiyangZhou/pytorch-center-loss",
        "center_loss.CenterLoss",
        ways.labels_last,
        {"num_classes": CLASSES, "feat_dim": SIZE, "use_gpu": False},
        wanted=("embeddings",),
    ),
    "range": Entry(*RANGE, labels="triple_labels", wanted=("embeddings",)),
    "range-pairs": Entry(*RANGE, wanted=("embeddings",)),
    "supcon": Entry(*SUPCON, {"temperature": 0.1}, wanted=("embeddings",)),
    "supcon-lonely": Entry(*SUPCON, {"temperature": 0.1}, labels="lonely_labels", wanted=("embeddings",)),
    "multi-similarity": Entry(
        "msight-tech/research-ms-loss",
        "ret_benchmark.losses.multi_similarity_loss.MultiSimilarityLoss",
        ways.on_pairs,
        {"cfg": SETTINGS},
        wanted=("embeddings",),
    ),
    "circle-batch": Entry(
        "TinyZeaMays/CircleLoss",
        "circle_loss.CircleLoss",
        ways.on_similarities,
        {"m": 0.25, "gamma": 8.0},
        wanted=("embeddings",),
    ),
    "soft-triple": Entry(
        "idstcv/SoftTriple",
        "loss.SoftTriple.SoftTriple",
        ways.soft_triple,
        {"la": 20, "gamma": 0.1, "tau": 0.2, "margin": 0.01, "dim": SIZE, "cN": CLASSES, "K": SUB_CENTERS},
        wanted=("embeddings", "sub_weights"),
    ),
}


def main(folder):
    recorder = Recorder(torch=version("torch"))
    recorder.inputs["bias"] = np.array(1.5)
    recorder.inputs["biases"] = np.array([1.5, 2.0, -0.5, 3.0, 0.25])
    recorder.inputs["odd_labels"] = np.append(recorder.inputs["labels"][:-1], -1)  # the last sample is ignored
    recorder.inputs["triple_labels"] = np.arange(BATCH) % 4  # three samples a class
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
