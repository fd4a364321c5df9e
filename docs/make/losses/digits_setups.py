"""How each loss learns its picture of the digits: the code that makes it, which its page shows too.

Two dimensions are little room: ten classes are 36° apart on a circle, so margins are smaller than the papers' (0.5 rad
is 29°), and scales too, since ten classes need less than ten thousand.
"""

import tfface

SETUPS = {
    "softmax": "tfface.Softmax()",
    "normface": "tfface.NormFace(scale=16)",
    "l2_softmax": "tfface.L2Softmax(alpha=8)",
    "l_softmax": "tfface.LSoftmax(margin=2, lambda_start=100, lambda_min=1)",
    "soft_margin_softmax": "tfface.SoftMarginSoftmax(margin=5)",
    "sphereface": "tfface.SphereFace(margin=4, lambda_start=100, lambda_min=1)",
    "sphereface_r": "tfface.SphereFaceR(margin=2, scale=16)",
    "sphereface2": "tfface.SphereFace2(margin=0.02, scale=3, exponent=1, positive_weight=0.5)",
    "cosface": "tfface.CosFace(margin=0.15, scale=32)",
    "am_softmax": "tfface.CosFace(margin=0.15, scale=16)",
    "arcface": "tfface.ArcFace(margin=0.4, scale=16)",
    "combined": "tfface.CombinedMargin(m1=1.0, m2=0.2, m3=0.05, scale=16)",
    "airface": "tfface.AirFace(margin=0.4, scale=32)",
    "coco": "tfface.COCO()",
    "adacos": "tfface.AdaCos(dynamic=False)",
    "mv_softmax": "tfface.MVSoftmax(margin=0.3, scale=16, emphasis=0.2)",
    "curricularface": "tfface.CurricularFace(margin=0.3, scale=16)",
    "magface": "tfface.MagFace(0.2, 0.4, lower_norm=1, upper_norm=11, norm_weight=5, scale=16)",
    "adaface": "tfface.AdaFace(margin=0.2, scale=16)",
    "elasticface": "tfface.ElasticFace(margin=0.4, deviation=0.05, scale=16)",
    "subcenter_arcface": "tfface.SubCenterArcFace(margin=0.3, scale=16)",
    "uniface": "tfface.UniFace(margin=0.02, scale=5)",
    "circle_class": "tfface.CircleClassLoss(margin=0.7, scale=32)",
    "von_mises_fisher": "tfface.NormFace(scale=16) + 0.1 * tfface.VonMisesFisher()",
    "center": "tfface.Softmax() + 0.1 * tfface.CenterLoss(10)",
    "marginal": "tfface.Softmax() + tfface.MarginalLoss(threshold=0.2, margin=0.1)",
    "range": "tfface.Softmax() + tfface.RangeLoss(alpha=0.01, beta=0.001, margin=500)",
    "minimum_margin": "tfface.Softmax() + 0.1 * tfface.CenterLoss(10) + 1e-3 * tfface.MinimumMarginLoss(10, margin=99)",
    "proxy_nca": "tfface.ProxyNCA(10, scale=16)",
    "proxy_nca_pp": 'tfface.ProxyNCA(10, scale=9, denominator="all")',
    "proxy_anchor": "tfface.ProxyAnchor(10, margin=0.9, scale=16)",
    "soft_triple": "tfface.SoftTriple(10, sub_centers=3)",
    "contrastive": "tfface.ContrastiveLoss(margin=4)",
    "triplet": 'tfface.TripletLoss(margin=0.1, mining="semi-hard")',
    "circle": "tfface.CircleLoss(margin=0.7, scale=32)",
    "multi_similarity": "tfface.MultiSimilarity(alpha=10, beta=40, base=0.9)",
    "supcon": "tfface.SupCon(temperature=0.1)",
    "ntxent": "tfface.NTXent(temperature=0.1)",
    "npairs": "tfface.NPairs(regularization=0.002)",
    "lifted_structure": "tfface.LiftedStructure(margin=2)",
    "distance_weighted_margin": "tfface.DistanceWeightedMargin(margin=0.1, beta=0.3)",
    "tuplet_margin": "tfface.TupletMargin(margin=0.1, scale=16)",
    "angular": "tfface.NPairs(regularization=0.002) + 2 * tfface.Angular(alpha=0.6)",
    "fastap": "tfface.FastAP(bins=40)",
    "cross_batch_memory": "tfface.CrossBatchMemory(tfface.ContrastiveLoss(margin=4), size=1024, start=100)",
    "barlow_twins": "tfface.BarlowTwins()",
    "vicreg": "tfface.VICReg()",
    "simclr": "tfface.SimCLR(temperature=0.2)",
    "moco": "tfface.MoCo(queue_size=4096)",
    "simsiam": "tfface.SimSiam()",
    "byol": "tfface.BYOL()",
}
# Where classes do not compete, embeddings that all begin in one direction stay there: these begin around the origin.
CENTRED = {"proxy_anchor", "sphereface2", "uniface"}
# Whose course of training is drawn in the animation.
ANIMATED = ("softmax", "center", "arcface", "triplet")
# Where the length of an embedding means something, so that the whole plane is drawn; elsewhere only its direction.
PLANE = {
    *("softmax", "l_softmax", "soft_margin_softmax", "sphereface", "magface", "adaface", "von_mises_fisher"),
    *("center", "marginal", "range", "minimum_margin", "contrastive", "npairs", "lifted_structure"),
    *("cross_batch_memory", "barlow_twins", "vicreg"),
}


def loss(name):
    """The loss object of a setup."""
    return eval(SETUPS[name], {"tfface": tfface})
