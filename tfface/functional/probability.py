"""TensorFlow Probability, imported when it is first used: that takes a second, and most losses do without."""

import tensorflow as tf


def tfp():
    """The module `tensorflow_probability`.

    Its packages load as they are named, and what they make then must not become part of a graph that is being traced.
    """
    with tf.init_scope():
        import tensorflow_probability

        _ = tensorflow_probability.distributions, tensorflow_probability.math, tensorflow_probability.stats
    return tensorflow_probability
