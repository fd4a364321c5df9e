"""Which process logs and writes, when several train one model."""

import os

import tensorflow as tf


def is_chief(strategy=None) -> bool:
    """Whether this process is the chief: the one named so, else worker 0, else the only one.

    The chief logs and writes; the others are quiet. All must take part in what needs all: `fit`, `evaluate`, `predict`,
    `embed` and `save`.

    Args:
        strategy: whose cluster is meant; None for that of TF_CONFIG.

    Example:
        >>> import tfface
        >>> tfface.distribute.is_chief()
        True
    """
    resolver = getattr(strategy, "cluster_resolver", None)
    if resolver is None and os.environ.get("TF_CONFIG"):
        resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    try:
        task = getattr(resolver, "task_type", None)
        if not task:
            return True
        if {"chief", "master"} & set(resolver.cluster_spec().jobs):
            return task in ("chief", "master")
        return task == "worker" and resolver.task_id == 0
    except (ValueError, TypeError, AttributeError):  # TF_CONFIG makes no sense: no cluster was made of it either
        return True
