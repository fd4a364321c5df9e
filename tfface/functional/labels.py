"""Labels as Keras hands them over (ints, floats, columns, one-hot) become class ids."""

import tensorflow as tf

IGNORED = -1


def class_ids(labels, num_classes=None) -> tf.Tensor:
    """Class ids (B,) int32 from ids (B,), a column of ids (B, 1) or one-hot rows (B, C).

    Args:
        labels: the labels in any of the three shapes, of any integer or float type.
        num_classes: number of classes C. When given, ids must lie in [0, C), or be -1 for "ignore this sample".

    Raises:
        ValueError: the shape fits none of the three, or (eagerly) an id is out of range.
        tf.errors.InvalidArgumentError: an id is out of range, inside a graph. (XLA drops assertions: there the loss of
            such a sample is NaN.)

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
        return tf.argmax(labels, axis=1, output_type=tf.int32)
    if shape.rank not in (1, 2):
        raise ValueError(f"labels: expected shape (B,), (B, 1) or one-hot (B, C), received {shape}")
    ids = tf.cast(tf.reshape(labels, [-1]), tf.int32)
    return ids if num_classes is None else _within(ids, num_classes)


def _within(ids, num_classes):
    message = f"labels: expected class ids from 0 to {num_classes - 1} (or {IGNORED} to ignore a sample)"
    inside = tf.reduce_all((ids >= IGNORED) & (ids < num_classes))
    if tf.executing_eagerly():
        if not inside:
            raise ValueError(f"{message}, received ids from {int(min(ids))} to {int(max(ids))}")
        return ids
    with tf.control_dependencies([tf.debugging.Assert(inside, [message, "received", ids])]):
        return tf.identity(ids)
