"""Labels as Keras hands them over (ints, floats, columns, one-hot) become class ids."""

import tensorflow as tf

IGNORED = -1


def both_known(labels, others):
    """Where neither of two samples is ignored, (A,) and (K,) → (A, K)."""
    return (labels != IGNORED)[:, tf.newaxis] & (others != IGNORED)


def class_ids(labels, num_classes=None) -> tf.Tensor:
    """Class ids (B,) int32 from ids (B,), a column of ids (B, 1) or one-hot rows (B, C).

    Args:
        labels: the labels in any of the three shapes, of any integer or float type.
        num_classes: number of classes C. When given, ids must lie in [0, C), or be -1 for "ignore this sample".

    Raises:
        ValueError: the shape fits none of the three, or (eagerly) an id is out of range or no whole number, or a row
            is not one-hot: a soft label has no class id (losses have `label_smoothing`).
        tf.errors.InvalidArgumentError: the same about values, inside a graph. (XLA drops assertions: there the loss of
            a sample whose id is out of range is NaN, and a row counts as its largest entry.)

    Example:
        >>> import tfface
        >>> tfface.functional.class_ids([[0, 0, 1], [1, 0, 0]], num_classes=3).numpy().tolist()
        [2, 0]
    """
    labels = tf.convert_to_tensor(labels)
    shape = labels.shape
    if shape.rank == 2 and shape[1] not in (1, None):
        if num_classes is not None and shape[1] != num_classes:
            raise ValueError(
                f"labels: expected class ids (B,) or (B, 1), or one-hot rows (B, {num_classes}), received shape {shape}"
            )
        return _of_rows(labels)
    if shape.rank not in (1, 2):
        raise ValueError(f"labels: expected shape (B,), (B, 1) or one-hot (B, C), received {shape}")
    given = tf.reshape(labels, [-1])
    ids = tf.cast(given, tf.int32)
    if given.dtype.is_floating:
        ids = _if_all(tf.cast(ids, given.dtype) == given, ids, "labels: expected whole numbers as class ids", given)
    if num_classes is None:
        return ids
    message = f"labels: expected class ids from 0 to {num_classes - 1} (or {IGNORED} to ignore a sample)"
    return _if_all((ids >= IGNORED) & (ids < num_classes), ids, message, ids)


def _of_rows(rows):
    """The place of the 1 in each row."""
    ids = tf.argmax(rows, axis=1, output_type=tf.int32)
    one_hot = (tf.math.count_nonzero(rows, axis=1) == 1) & (tf.reduce_max(rows, axis=1) == 1)
    return _if_all(one_hot, ids, "labels: expected class ids, or one-hot rows of one 1 among zeros", rows)


def _if_all(good, ids, message, received):
    """The ids, unless some are not good: that is an error which shows the first of what was received."""
    if tf.executing_eagerly():
        if not tf.reduce_all(good):
            raise ValueError(f"{message}, received {received[tf.argmin(tf.cast(good, tf.int32))].numpy()}")
        return ids
    with tf.control_dependencies([tf.debugging.Assert(tf.reduce_all(good), [message, "received", received])]):
        return tf.identity(ids)
