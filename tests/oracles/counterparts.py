"""Which loss of ours says the same as which entry of a peer."""

from math import radians

import tensorflow as tf
from oracle import Counterpart, on_classes, on_embeddings, on_predictions, on_views
from recording import BATCH, CLASSES, SUB_CENTERS

import tfface
from tfface import functional as F

PAIRS = BATCH * (BATCH - 1)


def sub_centers(inputs):
    """Class-major rows as (C, K, D)."""
    return tf.reshape(inputs["sub_weights"], [CLASSES, SUB_CENTERS, -1])


def n_pairs(inputs):
    """One pair a class, in the order of its samples."""
    order = tf.reshape(tf.argsort(inputs["pair_labels"], stable=True), [-1, 2])
    pairs = tf.gather(inputs["embeddings"], order)
    losses, _ = tfface.NPairs(pairs="given").embedding_losses(tf.range(tf.shape(order)[0]), pairs, {})
    return tf.reduce_mean(losses), {}


def intra_pair_variance(inputs):
    pairs = F.batch_pairs(inputs["labels"], F.normalize(inputs["embeddings"]), tfface.distances.get("cosine"))
    return tf.reduce_mean(F.intra_pair_variance(pairs, 0.01)), {}


def distance_weights(inputs):
    """The probabilities of the miner's draws."""
    pairs = F.batch_pairs(inputs["labels"], F.normalize(inputs["embeddings"]), "sqeuclidean")
    weights = tfface.miners.DistanceWeighted()._weights(pairs, pairs.distance)
    return weights / tf.reduce_sum(weights, axis=1, keepdims=True), {}


def contrastive(inputs):
    """Without the ½ of the paper."""
    return 2.0 * F.contrastive(inputs["same_or_not"], inputs["distances"]), {}


def given_triplets(inputs):
    triplets = tf.stack([inputs[key] for key in ("embeddings", "other_embeddings", "predictions")], axis=1)
    loss = tfface.TripletLoss(margin=1.0, mining="none", **RAW)
    return tf.reduce_mean(loss.embedding_losses(inputs["labels"], triplets, {})[0]), {}


def triplet(mining, **arguments):
    return on_embeddings(tfface.TripletLoss(mining=mining, **arguments))


RAW = {"distance": "euclidean", "normalize": False}
UNIT = {"distance": "euclidean", "normalize": True}
FREE = {"lambda_start": 0.0, "lambda_min": 0.0}
PROXIES = {f"proxy_{name}_proxies": "weights" for name in ("nca", "anchor")}

PYTORCH_METRIC_LEARNING = {
    "arcface": on_classes(tfface.ArcFace(margin=0.5, scale=64.0)),
    "arcface-wide": on_classes(tfface.ArcFace(margin=1.2, scale=8.0)),
    "cosface": on_classes(tfface.CosFace(margin=0.35, scale=64.0)),
    "sphereface": on_classes(tfface.SphereFace(margin=4, **FREE)),
    "l-softmax": on_classes(tfface.LSoftmax(margin=4, **FREE)),
    "l-softmax-3": on_classes(tfface.LSoftmax(margin=3, **FREE)),
    "subcenter-arcface": on_classes(
        tfface.SubCenterArcFace(margin=0.5, scale=64.0), weights="sub_weights", sub_centers=SUB_CENTERS
    ),
    "normface": on_classes(tfface.NormFace(scale=30.0)),
    "contrastive-linear": on_embeddings(tfface.ContrastiveLoss(margin=4.0, form="linear"), times=PAIRS),
    "contrastive-squared-distance": on_embeddings(
        tfface.ContrastiveLoss(form="linear", distance="sqeuclidean", normalize=True), times=PAIRS
    ),
    "triplet-all": triplet("all"),
    "triplet-all-mean": triplet("all", average="all"),
    "triplet-all-soft": triplet("all", margin="soft", average="all"),
    "triplet-all-cosine": triplet("all", distance="cosine"),
    "triplet-all-euclidean": triplet("all", **RAW),
    "triplet-violating": triplet("all"),
    "triplet-semihard": triplet("semi-hard-all"),
    "triplet-batch-hard": triplet("hard"),
    "triplet-easy-hard": triplet(tfface.miners.Easy(negative="hard")),
    "triplet-easy-semihard": triplet("easy"),
    "contrastive-ms-mined": on_embeddings(
        tfface.ContrastiveLoss(margin=0.5, form="linear", distance="cosine", mining="multi-similarity")
    ),
    "distance-weights": Counterpart(tfface.TripletLoss(mining="distance-weighted"), distance_weights),
    "circle": on_embeddings(tfface.CircleLoss(margin=0.4, scale=80.0)),
    "circle-gentle": on_embeddings(tfface.CircleLoss(margin=0.25, scale=8.0)),
    "circle-lonely": on_embeddings(tfface.CircleLoss(margin=0.25, scale=8.0), labels="lonely_labels"),
    "multi-similarity": on_embeddings(tfface.MultiSimilarity(base=0.5, mining="all")),
    "multi-similarity-lonely": on_embeddings(tfface.MultiSimilarity(base=0.5, mining="all"), labels="lonely_labels"),
    "multi-similarity-mined": on_embeddings(tfface.MultiSimilarity(base=0.5)),
    "supcon": on_embeddings(tfface.SupCon(temperature=0.1)),
    "supcon-lonely": on_embeddings(tfface.SupCon(temperature=0.1), labels="lonely_labels"),
    "ntxent": on_embeddings(tfface.NTXent(temperature=0.07)),
    "ntxent-pairs": on_embeddings(tfface.NTXent(temperature=0.5), labels="pair_labels"),
    "margin-learnt": on_embeddings(
        tfface.DistanceWeightedMargin(num_classes=CLASSES, mining="hard"),
        state={"margin_beta": "betas"},
    ),
    "margin-batch-hard": on_embeddings(tfface.DistanceWeightedMargin(learn_beta=False, mining="hard")),
    "npairs": Counterpart(tfface.NPairs(pairs="given"), n_pairs),
    "lifted-structure": on_embeddings(tfface.LiftedStructure(**RAW)),
    "lifted-structure-unit": on_embeddings(tfface.LiftedStructure(**UNIT)),
    "generalized-lifted": on_embeddings(tfface.LiftedStructure(form="generalized", **RAW)),
    "generalized-lifted-unit": on_embeddings(tfface.LiftedStructure(form="generalized", **UNIT)),
    "proxy-nca": on_embeddings(tfface.ProxyNCA(CLASSES, scale=1.0, denominator="all"), state=PROXIES),
    "proxy-nca-9": on_embeddings(tfface.losses.get("proxy_nca_pp", num_classes=CLASSES), state=PROXIES),
    "proxy-anchor": on_embeddings(tfface.ProxyAnchor(CLASSES), state=PROXIES),
    "soft-triple": on_embeddings(
        tfface.SoftTriple(CLASSES, sub_centers=SUB_CENTERS, tau=0.0), state={"soft_triple_proxies": sub_centers}
    ),
    "tuplet-margin": on_embeddings(tfface.TupletMargin()),
    "intra-pair-variance": Counterpart(tfface.TupletMargin(variance_weight=1.0), intra_pair_variance),
    "angular": on_embeddings(tfface.Angular(alpha=radians(40))),
    "fastap": on_embeddings(tfface.FastAP()),
    "fastap-lonely": on_embeddings(tfface.FastAP(), labels="lonely_labels"),
    "vicreg": on_views(tfface.VICReg(form="code")),
}

LIGHTLY = {
    "barlow-twins": on_views(tfface.BarlowTwins()),
    "barlow-twins-even": on_views(tfface.BarlowTwins(off_diagonal=0.5)),
    "vicreg": on_views(tfface.VICReg(form="code")),
    "ntxent": on_views(tfface.SimCLR(temperature=0.5)),
    "ntxent-cold": on_views(tfface.SimCLR(temperature=0.07)),
    "ntxent-memory": on_views(
        tfface.MoCo(temperature=0.2, queue_size=2 * BATCH),
        "other_embeddings",
        "embeddings",
        state={"moco_queue": "memory", "moco_pointer": 0.0},
    ),
    "negative-cosine": on_predictions(tfface.SimSiam()),
    "byol": on_predictions(tfface.BYOL()),
}

TENSORFLOW_ADDONS = {
    "semihard-L2": triplet("semi-hard", margin=1.0, average="all", **RAW),
    "semihard-squared-L2": triplet("semi-hard", margin=1.0, average="all", normalize=False),
    "semihard-angular": triplet("semi-hard", margin=1.0, average="all", distance="cosine"),
    "hard-L2": triplet("hard", margin=1.0, average="all", **RAW),
    "hard-soft-L2": triplet("hard", margin="soft", average="all", **RAW),
    "lifted": on_embeddings(tfface.LiftedStructure()),
    "lifted-lonely_labels": on_embeddings(tfface.LiftedStructure(), labels="lonely_labels"),
    "contrastive": Counterpart(tfface.ContrastiveLoss(pairs="given"), contrastive),
}

TORCH = {
    "softmax": on_classes(tfface.Softmax()),
    "softmax-smooth": on_classes(tfface.Softmax(label_smoothing=0.1)),
    "triplet-given": Counterpart(tfface.TripletLoss(mining="none"), given_triplets),
}

STRAIGHT = {"gradient": "straight_through"}
RANGE = tfface.RangeLoss(k=2, margin=10.0, alpha=0.5, beta=0.25, euclidean=True)
OFFICIAL_CODE = {
    "arcface": on_classes(tfface.ArcFace(boundary="none", **STRAIGHT)),
    "combined-cosface": on_classes(tfface.CombinedMargin(m2=0.0, m3=0.4)),
    # It leaves m2 = 0.3 out as soon as m3 > 0.
    "combined": on_classes(tfface.CombinedMargin(m2=0.0, m3=0.2)),
    "adaface": on_classes(tfface.AdaFace(momentum=0.99), state={"adaface_mean": 20.0, "adaface_deviation": 100.0}),
    "elasticface-arc": on_classes(tfface.ElasticFace(deviation=0.0), state={"elasticface_step": 0.0}),
    "elasticface-cos": on_classes(tfface.ElasticFace("cos", deviation=0.0), state={"elasticface_step": 0.0}),
    "sphereface2": on_classes(tfface.SphereFace2(**STRAIGHT), state={"sphereface2_bias": "bias"}, times=50.0),
    "sphereface-r": on_classes(tfface.SphereFaceR(margin=1.7, scale=30.0, **STRAIGHT)),
    "uniface": on_classes(tfface.UniFace(), state={"uniface_bias_shared": "bias"}),
    "uniface-per-class": on_classes(tfface.UniFace(bias="per_class"), state={"uniface_bias_per_class": "biases"}),
    "magface": on_classes(tfface.MagFace(lower_norm=1.5, upper_norm=4.0)),
    "curricularface": on_classes(tfface.CurricularFace(), state={"curricularface_t": 0.0}),
    "adacos": on_classes(tfface.AdaCos(), labels="odd_labels", state={"adacos_scale": F.adacos_scale(CLASSES)}),
    "mv-softmax-arc": on_classes(tfface.MVSoftmax()),
    "mv-softmax-am": on_classes(tfface.MVSoftmax(base="am")),
    "coco": on_classes(tfface.COCO(scale=30.0)),
    "circle-class": on_classes(tfface.CircleClassLoss()),
    "airface": on_classes(tfface.AirFace()),
    "center": on_embeddings(tfface.CenterLoss(CLASSES), state={"centers": "weights"}),
    # Without the ½ of the paper.
    "center-whole": on_embeddings(tfface.CenterLoss(CLASSES), state={"centers": "weights"}, times=2.0),
    "range": on_embeddings(RANGE, labels="triple_labels"),
    "circle-batch": on_embeddings(tfface.CircleLoss(margin=0.25, scale=8.0, scope="batch")),
    "supcon": on_embeddings(tfface.SupCon(temperature=0.1, base_temperature=0.07)),
    "multi-similarity": on_embeddings(tfface.MultiSimilarity(beta=40.0, base=0.5)),
    "soft-triple": on_embeddings(
        tfface.SoftTriple(CLASSES, sub_centers=SUB_CENTERS), state={"soft_triple_proxies": sub_centers}
    ),
}

COUNTERPARTS = {
    "pytorch_metric_learning": PYTORCH_METRIC_LEARNING,
    "lightly": LIGHTLY,
    "tensorflow_addons": TENSORFLOW_ADDONS,
    "torch": TORCH,
    "official_code": OFFICIAL_CODE,
}
