"""Losses of all kinds, in sums, with their heads: what has to be learnt alike on any number of replicas."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

import tfface

CLASSES, SIZE, BATCH = 6, 8, 16

HEADS = {
    "cosine": lambda: tfface.layers.CosineHead(CLASSES),
    "sub-centers": lambda: tfface.layers.CosineHead(CLASSES, sub_centers=2),
    "linear": lambda: tfface.layers.LinearHead(CLASSES, use_bias=False),
    "partial": lambda: tfface.layers.CosineHead(CLASSES, engine="partial", sample_rate=1.0),
    "none": lambda: None,
}
SOFT = {"scale": 8.0}  # not so steep that ten steps enlarge what is rounding
OF_CLASSES = {"num_classes": CLASSES}
SCALED = """airface arcface circle_class combined cosface am_softmax normface mv_softmax uniface sphereface2
sphereface_r subcenter_arcface"""
ARGUMENTS = {
    **dict.fromkeys(SCALED.split(), SOFT),
    "adaface": {"momentum": 0.3, **SOFT},
    "center": OF_CLASSES,
    "circle": {"scope": "batch", "scale": 4.0},
    "cross_batch_memory": {"loss": "contrastive", "size": 20},  # turns around within an epoch
    "curricularface": {"momentum": 0.3, **SOFT},
    "distance_weighted_margin": {"regularization": 0.1, **OF_CLASSES},
    "elasticface": {"plus": True, "deviation": 0.1, **SOFT},
    "l_softmax": {"lambda_start": 100.0},
    "magface": {"lower_norm": 0.5, "upper_norm": 5.0, "norm_weight": 1.0, **SOFT},
    "minimum_margin": {"margin": 9.0, **OF_CLASSES},
    "proxy_anchor": {**SOFT, **OF_CLASSES},
    "proxy_nca": OF_CLASSES,
    "proxy_nca_pp": OF_CLASSES,
    "range": {"alpha": 0.02, "beta": 0.02, "margin": 30.0},
    "soft_triple": {"sub_centers": 2, **SOFT, **OF_CLASSES},
    "sphereface": {"lambda_start": 100.0},
    "triplet": {"mining": "distance-weighted"},
    "tuplet_margin": {"scale": 4.0, "variance_weight": 0.5},
}
# head, losses
CASES = {
    "margins": ("cosine", "airface arcface circle_class coco combined cosface am_softmax normface mv_softmax magface"),
    "margins with state": ("partial", "adacos adaface curricularface elasticface sphereface sphereface2 uniface"),
    "margins of centers": ("sub-centers", "subcenter_arcface sphereface_r"),
    "dot products": ("linear", "softmax l2_softmax l_softmax soft_margin_softmax"),
    "uncertainty": ("cosine", "von_mises_fisher"),
    "pairs": ("none", "contrastive circle cross_batch_memory distance_weighted_margin marginal multi_similarity"),
    "triplets": ("none", "triplet angular"),
    "tuplets": ("none", "lifted_structure npairs ntxent supcon fastap tuplet_margin"),
    "centers": ("none", "center minimum_margin range"),
    "proxies": ("none", "proxy_anchor proxy_nca proxy_nca_pp soft_triple"),
    "joint": ("cosine", "adaface triplet center cross_batch_memory"),
}


def loss_of(names):
    """The sum of some losses."""
    first, *others = (0.1 * tfface.losses.get(name, **ARGUMENTS.get(name, {})) for name in names.split())
    return sum(others, start=first)


def batches(last=13):
    """Two batches. Two replicas get 8 + 8 images, then 8 + 5."""
    random = np.random.default_rng(0)
    images = random.normal(size=(BATCH + last, 4, 4, 1)).astype("float32")
    labels = random.integers(0, CLASSES, BATCH + last)
    return tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH)


def backbone():
    images = keras.Input((4, 4, 1))
    return keras.Model(images, keras.layers.Dense(SIZE)(keras.layers.Flatten()(images)))


def face_model(loss, head, optimizer=None, **options):
    model = tfface.FaceModel(backbone(), HEADS[head]())
    model.compile(optimizer or keras.optimizers.SGD(0.05, momentum=0.9), loss=loss, **options)
    return model


def model_of(head, names):
    return face_model(loss_of(names), head, metrics=["accuracy"] if head != "none" else None)
