"""Steps of other libraries' losses on the same arrays: pytorch-metric-learning, if it is installed."""

import math

import steps

# registry name → (class of pytorch_metric_learning.losses, its arguments, its miner with arguments)
LOSSES = {
    "normface": ("NormalizedSoftmaxLoss", {"temperature": 1 / 30}, None),
    "cosface": ("CosFaceLoss", {"margin": 0.35, "scale": 64}, None),
    "arcface": ("ArcFaceLoss", {"margin": math.degrees(0.5), "scale": 64}, None),
    "sphereface": ("SphereFaceLoss", {"margin": 4, "scale": 1}, None),
    "subcenter_arcface": ("SubCenterArcFaceLoss", {"margin": math.degrees(0.5), "scale": 64}, None),
    "l_softmax": ("LargeMarginSoftmaxLoss", {"margin": 4, "scale": 1}, None),
    "contrastive": ("ContrastiveLoss", {"neg_margin": 1.0}, None),
    "triplet": ("TripletMarginLoss", {"margin": 0.2}, ("TripletMarginMiner", {"type_of_triplets": "semihard"})),
    "circle": ("CircleLoss", {"m": 0.4, "gamma": 80}, None),
    "multi_similarity": ("MultiSimilarityLoss", {}, ("MultiSimilarityMiner", {})),
    "supcon": ("SupConLoss", {}, None),
    "ntxent": ("NTXentLoss", {}, None),
    "lifted_structure": ("LiftedStructureLoss", {}, None),
    "proxy_nca": ("ProxyNCALoss", {}, None),
    "proxy_anchor": ("ProxyAnchorLoss", {}, None),
    "soft_triple": ("SoftTripleLoss", {}, None),
    "tuplet_margin": ("TupletMarginLoss", {}, None),
    "fastap": ("FastAPLoss", {}, None),
    "distance_weighted_margin": ("MarginLoss", {}, None),
}


def available() -> bool:
    """Whether there is a peer to measure."""
    try:
        import pytorch_metric_learning  # noqa: F401
    except ImportError:
        return False
    return True


def step(name, kind, sizes):
    """A function that computes value and gradients of the peer's loss once; None without a counterpart."""
    if name not in LOSSES:
        return None
    import torch
    from pytorch_metric_learning import losses, miners

    cls, arguments, mining = LOSSES[name]
    labels, embeddings = steps.inputs(kind, sizes)
    labels, embeddings = torch.tensor(labels).long(), torch.tensor(embeddings, requires_grad=True)
    if kind == "class" or cls in ("ProxyNCALoss", "ProxyAnchorLoss", "SoftTripleLoss"):
        arguments = {"num_classes": sizes.classes, "embedding_size": sizes.dimension, **arguments}
    loss = getattr(losses, cls)(**arguments)
    miner = getattr(miners, mining[0])(**mining[1]) if mining else None

    def run():
        embeddings.grad = None
        loss.zero_grad()
        value = loss(embeddings, labels, miner(embeddings, labels)) if miner else loss(embeddings, labels)
        value.backward()
        return value.item()

    return run
