"""What the pictures show, measured on tfface's own losses: logits, losses, and gradients from a tape."""

import numpy as np
import tensorflow as tf

import tfface

F = tfface.functional
# Where a loss has state, what training has made of it: λ at its end, norms around 20, half-way through the curriculum,
# a threshold between own and other cosines.
TRAINED = {
    "sphereface_step": 1e6,
    "l_softmax_step": 1e6,
    "adaface_mean": 20.0,
    "adaface_deviation": 5.0,
    "curricularface_t": 0.5,
    "sphereface2_bias": 0.0,
}


def state_of(loss, sizes):
    """First values of a loss's numbers, or those that training would have led to."""
    return {
        spec.name: tf.constant(TRAINED.get(spec.name, spec.initial), tf.float32, spec.shape)
        for spec in loss.state(sizes)
        if not isinstance(spec.initial, str)
    }


def logits(loss, own, others, norm=10.0, classes=2):
    """z_y (B,) and z_j (B, S) of a class loss for cosines (B,) and (B, S), with embeddings of this norm."""
    own, others = tf.convert_to_tensor(own, tf.float32), tf.convert_to_tensor(others, tf.float32)
    norm = tf.broadcast_to(tf.cast(norm, tf.float32), tf.shape(own))
    if loss.inputs == "dot":
        length = F.norm(loss.rule.prepare(tf.stack([norm, tf.zeros_like(norm)], axis=1)))
        own, others = length * own, length[:, tf.newaxis] * others
    scores = tf.concat([own[:, tf.newaxis], others], axis=1)
    one = tf.ones_like(scores[0])
    zero = tf.zeros_like(own, tf.int32)
    scored = F.Scored(scores, zero, classes, norm=norm, weight_norm=one, size=2)
    state = state_of(loss, F.Sizes(embedding=2, classes=max(classes, 3), scored=classes))
    sample = F.Sample(own, state, tf.ones_like(zero, tf.bool), zero, scored, weight_norm=tf.ones_like(own))
    return loss.rule.target_logit(own, sample), loss.rule.other_logits(scores, sample)[:, 1:]


def class_losses(target, others, binary=None, count=1):
    """L (B,) from z_y and the z_j of one other class, of which there are `count` alike."""
    if binary is not None:
        positive, negative = binary
        return positive * tf.nn.softplus(-target) + count * negative * tf.nn.softplus(others[:, 0])
    return tf.nn.softplus(others[:, 0] + float(np.log(count)) - target)


def curve(function, values):
    """f and df/dx, each (N,), of an elementwise function of (N,)."""
    values = tf.constant(values, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(values)
        found = function(values)
    return found.numpy(), tape.gradient(found, values).numpy()


def each(function, *values):
    """f and its derivatives with respect to each argument at points (N,): for functions of one point at a time."""

    @tf.function
    def measured(*point):
        with tf.GradientTape() as tape:
            tape.watch(point)
            found = function(*point)
        return found, *tape.gradient(found, point, unconnected_gradients="zero")

    points = zip(*(np.ravel(value).astype(np.float32) for value in values), strict=True)
    found = np.array([[float(part) for part in measured(*map(tf.constant, point))] for point in points])
    return [column.reshape(np.shape(values[0])) for column in found.T]
