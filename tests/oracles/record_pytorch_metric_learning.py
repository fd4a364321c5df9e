"""Records pytorch-metric-learning's losses: pip install torch pytorch-metric-learning==2.9.0, then run this file."""

from importlib.metadata import version
from math import degrees

import numpy as np
import torch
from pytorch_metric_learning import distances, losses, miners, reducers
from recording import CLASSES, SIZE, SUB_CENTERS, Recorder

torch.set_default_dtype(torch.float64)


def call(name, **arguments):
    """An object of the peer, as JSON can keep it."""
    return {"class": name, **arguments}


def make(described):
    """The object that a `call` describes."""
    if not isinstance(described, dict):
        return described
    arguments = {key: make(value) for key, value in described.items() if key != "class"}
    modules = (losses, miners, distances, reducers)
    cls = next(getattr(module, described["class"]) for module in modules if hasattr(module, described["class"]))
    return cls(**arguments)


SIZES = {"num_classes": CLASSES, "embedding_size": SIZE}
RAW = call("LpDistance", normalize_embeddings=False)
UNIT = call("LpDistance")
SQUARED = call("LpDistance", power=2)
DOT = call("DotProductSimilarity", normalize_embeddings=False)
MEAN, SUM = call("MeanReducer"), call("SumReducer")

# Entry → the loss, and what goes with it: a miner, other labels, the inputs that are its parameters.
WEIGHTS, SUB_WEIGHTS, PROXIES = {"W": "weights"}, {"W": "sub_weights"}, {"proxies": "weights"}
ENTRIES = {
    "arcface": (call("ArcFaceLoss", margin=degrees(0.5), scale=64, **SIZES), {"parameters": WEIGHTS}),
    "arcface-wide": (call("ArcFaceLoss", margin=degrees(1.2), scale=8, **SIZES), {"parameters": WEIGHTS}),
    "cosface": (call("CosFaceLoss", margin=0.35, scale=64, **SIZES), {"parameters": WEIGHTS}),
    "sphereface": (call("SphereFaceLoss", margin=4, scale=1, **SIZES), {"parameters": WEIGHTS}),
    "l-softmax": (call("LargeMarginSoftmaxLoss", margin=4, scale=1, **SIZES), {"parameters": WEIGHTS}),
    "l-softmax-3": (call("LargeMarginSoftmaxLoss", margin=3, scale=1, **SIZES), {"parameters": WEIGHTS}),
    "subcenter-arcface": (
        call("SubCenterArcFaceLoss", margin=degrees(0.5), scale=64, sub_centers=SUB_CENTERS, **SIZES),
        {"parameters": SUB_WEIGHTS},
    ),
    "normface": (call("NormalizedSoftmaxLoss", temperature=1 / 30, **SIZES), {"parameters": WEIGHTS}),
    "contrastive-linear": (call("ContrastiveLoss", neg_margin=4, distance=RAW, reducer=SUM), {}),
    "contrastive-squared-distance": (call("ContrastiveLoss", neg_margin=1, distance=SQUARED, reducer=SUM), {}),
    "contrastive-default": (call("ContrastiveLoss"), {}),
    "triplet-all": (call("TripletMarginLoss", margin=0.2, distance=SQUARED), {}),
    "triplet-all-mean": (call("TripletMarginLoss", margin=0.2, distance=SQUARED, reducer=MEAN), {}),
    "triplet-all-soft": (call("TripletMarginLoss", margin=0, smooth_loss=True, distance=SQUARED, reducer=MEAN), {}),
    "triplet-all-cosine": (call("TripletMarginLoss", margin=0.2, distance=call("CosineSimilarity")), {}),
    "triplet-all-euclidean": (call("TripletMarginLoss", margin=0.2, distance=RAW), {}),
    "triplet-violating": (
        call("TripletMarginLoss", margin=0.2, distance=SQUARED),
        {"miner": call("TripletMarginMiner", margin=0.2, type_of_triplets="all", distance=SQUARED)},
    ),
    "triplet-semihard": (
        call("TripletMarginLoss", margin=0.2, distance=SQUARED),
        {"miner": call("TripletMarginMiner", margin=0.2, type_of_triplets="semihard", distance=SQUARED)},
    ),
    "triplet-nearer-negatives": (
        call("TripletMarginLoss", margin=0.2, distance=SQUARED),
        {"miner": call("TripletMarginMiner", margin=0.2, type_of_triplets="hard", distance=SQUARED)},
    ),
    "triplet-batch-hard": (
        call("TripletMarginLoss", margin=0.2, distance=SQUARED),
        {"miner": call("BatchHardMiner", distance=SQUARED)},
    ),
    **{
        f"triplet-easy-{negative}": (
            call("TripletMarginLoss", margin=0.2, distance=SQUARED),
            {"miner": call("BatchEasyHardMiner", pos_strategy="easy", neg_strategy=negative, distance=SQUARED)},
        )
        for negative in ("hard", "semihard")
    },
    "circle": (call("CircleLoss", m=0.4, gamma=80), {}),
    "circle-gentle": (call("CircleLoss", m=0.25, gamma=8), {}),
    "circle-lonely": (call("CircleLoss", m=0.25, gamma=8), {"labels": "lonely_labels"}),
    "multi-similarity": (call("MultiSimilarityLoss", alpha=2, beta=50, base=0.5), {}),
    "multi-similarity-lonely": (call("MultiSimilarityLoss", alpha=2, beta=50, base=0.5), {"labels": "lonely_labels"}),
    "multi-similarity-mined": (
        call("MultiSimilarityLoss", alpha=2, beta=50, base=0.5),
        {"miner": call("MultiSimilarityMiner", epsilon=0.1)},
    ),
    "contrastive-ms-mined": (
        call("ContrastiveLoss", pos_margin=1, neg_margin=0.5, distance=call("CosineSimilarity"), reducer=SUM),
        {"miner": call("MultiSimilarityMiner", epsilon=0.1), "over_pairs": True},
    ),
    "npairs": (call("NPairsLoss", distance=DOT), {"labels": "pair_labels"}),
    "lifted-structure": (call("LiftedStructureLoss", neg_margin=1, distance=RAW), {}),
    "lifted-structure-unit": (call("LiftedStructureLoss", neg_margin=1, distance=UNIT), {}),
    "generalized-lifted": (call("GeneralizedLiftedStructureLoss", neg_margin=1, distance=RAW), {}),
    "generalized-lifted-unit": (call("GeneralizedLiftedStructureLoss", neg_margin=1, distance=UNIT), {}),
    "supcon": (call("SupConLoss", temperature=0.1), {}),
    "supcon-lonely": (call("SupConLoss", temperature=0.1), {"labels": "lonely_labels"}),
    "ntxent": (call("NTXentLoss", temperature=0.07), {}),
    "ntxent-pairs": (call("NTXentLoss", temperature=0.5), {"labels": "pair_labels"}),
    "proxy-nca": (call("ProxyNCALoss", softmax_scale=1, **SIZES), {"parameters": PROXIES}),
    "proxy-nca-9": (call("ProxyNCALoss", softmax_scale=9, **SIZES), {"parameters": PROXIES}),
    "proxy-anchor": (call("ProxyAnchorLoss", margin=0.1, alpha=32, **SIZES), {"parameters": PROXIES}),
    "soft-triple": (
        call("SoftTripleLoss", centers_per_class=SUB_CENTERS, la=20, gamma=0.1, margin=0.01, **SIZES),
        {"parameters": {"fc": "sub_weights"}},
    ),
    "tuplet-margin": (call("TupletMarginLoss", margin=degrees(0.1), scale=64), {}),
    "intra-pair-variance": (call("IntraPairVarianceLoss", pos_eps=0.01, neg_eps=0.01), {}),
    "angular": (call("AngularLoss", alpha=40), {"prepared": "unit length"}),
    "angular-raw": (call("AngularLoss", alpha=40), {}),
    "fastap": (call("FastAPLoss", num_bins=10), {}),
    "fastap-lonely": (call("FastAPLoss", num_bins=10), {"labels": "lonely_labels"}),
    "margin-all": (call("MarginLoss", margin=0.2, beta=1.2), {}),
    "margin-batch-hard": (call("MarginLoss", margin=0.2, beta=1.2), {"miner": call("BatchHardMiner", distance=UNIT)}),
    "margin-learnt": (
        call("MarginLoss", margin=0.2, learn_beta=True, num_classes=CLASSES),
        {"miner": call("BatchHardMiner", distance=UNIT), "parameters": {"beta": "betas"}},
    ),
    "margin-regularized": (
        call("MarginLoss", margin=0.2, nu=0.5, learn_beta=True, num_classes=CLASSES),
        {"miner": call("BatchHardMiner", distance=UNIT), "parameters": {"beta": "betas"}},
    ),
    "xbm-contrastive": (
        call(
            "CrossBatchMemory",
            loss=call("ContrastiveLoss", neg_margin=4, distance=RAW, reducer=SUM),
            embedding_size=SIZE,
            memory_size=16,
        ),
        {"before": "other_embeddings"},
    ),
}


def ask(recorder, entry, described, labels="labels", parameters=None, miner=None, **options):
    """Records the value of a loss and its gradients with respect to the embeddings and its parameters.

    Further options: `prepared`, whether the loss gets embeddings of unit length; `before`, an input that it has seen
    before; `over_pairs`, whether its sum is divided by the number of mined pairs.
    """
    parameters = parameters or {}
    given = {name: torch.tensor(recorder.inputs[name]) for name in ("embeddings", *parameters.values())}
    ids = torch.tensor(recorder.inputs[labels])
    loss = make(described)
    if "before" in options:
        loss(torch.tensor(recorder.inputs[options["before"]]), ids)

    def value(*tensors):
        named = dict(zip(given, tensors, strict=True))
        x = named["embeddings"]
        x = torch.nn.functional.normalize(x) if "prepared" in options else x
        # The peer keeps proxies as rows, other weights as columns.
        own = {key: named[name].T if key in ("W", "fc") else named[name] for key, name in parameters.items()}
        mined = () if miner is None else (make(miner)(x.detach(), ids),)
        pairs = len(mined[0][0]) + len(mined[0][2]) if "over_pairs" in options else 1
        return torch.func.functional_call(loss, own, (x, ids, *mined)) / pairs

    tensors = [tensor.requires_grad_() for tensor in given.values()]
    result = value(*tensors)
    gradients = torch.autograd.grad(result, tensors)
    recorder.add(
        entry,
        {"loss": described, "labels": labels, "parameters": parameters, "miner": miner, **options},
        result.detach(),
        **{name: gradient.numpy() for name, gradient in zip(given, gradients, strict=True)},
    )


def two_views(recorder):
    """VICReg takes the other view in place of references."""
    views = [torch.tensor(recorder.inputs[name], requires_grad=True) for name in ("embeddings", "other_embeddings")]
    described = call("VICRegLoss")
    value = make(described)(views[0], ref_emb=views[1])
    first, second = torch.autograd.grad(value, views)
    recorder.add("vicreg", {"loss": described}, value.detach(), embeddings=first, other_embeddings=second)


def distance_weights(recorder):
    """The probabilities with which the miner draws negatives: caught on their way to its draw."""
    described = call("DistanceWeightedMiner", cutoff=0.5, nonzero_loss_cutoff=1.4)
    caught = {}
    drawing = miners.distance_weighted_miner.lmu.get_random_triplet_indices

    def catch(*arguments, weights, **options):
        caught["weights"] = weights
        return drawing(*arguments, weights=weights, **options)

    miners.distance_weighted_miner.lmu.get_random_triplet_indices = catch
    make(described)(torch.tensor(recorder.inputs["embeddings"]), torch.tensor(recorder.inputs["labels"]))
    recorder.add("distance-weights", {"miner": described}, caught["weights"])


if __name__ == "__main__":
    packages = ("torch", "pytorch-metric-learning")
    recorder = Recorder(**{name: version(name) for name in packages})
    recorder.inputs["betas"] = np.array([1.0, 1.25, 0.75, 1.5, 1.125])
    for entry, (described, options) in ENTRIES.items():
        ask(recorder, entry, described, **options)
    two_views(recorder)
    distance_weights(recorder)
    recorder.save(__file__)
