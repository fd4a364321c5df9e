"""Which loss of ours says the same as which entry of a peer."""

from oracle import on_classes, on_embeddings

from tfface import ArcFace, ContrastiveLoss, CosFace, NormFace, SphereFace, SubCenterArcFace, TripletLoss

PAIRS = 12 * 11  # of the recorded batch

PYTORCH_METRIC_LEARNING = {
    "arcface": on_classes(ArcFace(margin=0.5, scale=64.0)),
    "arcface-wide": on_classes(ArcFace(margin=1.2, scale=8.0)),
    "cosface": on_classes(CosFace(margin=0.35, scale=64.0)),
    "sphereface": on_classes(SphereFace(margin=4, lambda_start=0.0, lambda_min=0.0)),
    "subcenter-arcface": on_classes(SubCenterArcFace(margin=0.5, scale=64.0), weights="sub_weights", sub_centers=3),
    "normface": on_classes(NormFace(scale=30.0)),
    "contrastive-linear": on_embeddings(ContrastiveLoss(margin=4.0, form="linear"), times=PAIRS),
    "contrastive-squared-distance": on_embeddings(
        ContrastiveLoss(form="linear", distance="sqeuclidean", normalize=True), times=PAIRS
    ),
    "triplet-all": on_embeddings(TripletLoss(mining="all")),
    "triplet-all-mean": on_embeddings(TripletLoss(mining="all", average="all")),
    "triplet-all-soft": on_embeddings(TripletLoss(mining="all", margin="soft", average="all")),
    "triplet-all-cosine": on_embeddings(TripletLoss(mining="all", distance="cosine")),
    "triplet-all-euclidean": on_embeddings(TripletLoss(mining="all", distance="euclidean", normalize=False)),
    "triplet-violating": on_embeddings(TripletLoss(mining="all")),
    "triplet-semihard": on_embeddings(TripletLoss(mining="semi-hard-all")),
    "triplet-batch-hard": on_embeddings(TripletLoss(mining="hard")),
}

COUNTERPARTS = {"pytorch_metric_learning": PYTORCH_METRIC_LEARNING, "keras": {}, "lightly": {}}
