"""The own class apart from the others: with numbers written in place only where nobody else needs them."""

import numpy as np
import pytest
import tensorflow as tf

from tfface.functional.numerics import NEVER
from tfface.functional.over_others import others, own_scores

SCORES = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


@pytest.mark.parametrize("jit_compile", [False, True])
def test_others_leaves_what_it_is_given_as_it_is(jit_compile):
    @tf.function(jit_compile=jit_compile)
    def run(scores):
        made = 2.0 * scores
        return others(made, tf.constant([1, 3, -1])), made, others(scores, tf.constant([0, 4, 2]))

    given = tf.constant(SCORES)
    masked, made, again = run(given)
    np.testing.assert_array_equal(given, SCORES)
    np.testing.assert_array_equal(made, 2.0 * SCORES)
    for found, values, own in ((masked, 2.0 * SCORES, (1, 3, None)), (again, SCORES, (0, None, 2))):
        expected = values.copy()
        for row, column in enumerate(own):
            if column is not None:
                expected[row, column] = NEVER
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_own_scores_has_the_gradient_of_a_gather(jit_compile):
    own, upstream = tf.constant([2, 0, 3]), tf.constant(SCORES[::-1].copy())

    @tf.function(jit_compile=jit_compile)
    def run(scores):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(scores)
            target, every = own_scores(scores, own)
            ours = tf.reduce_sum(target * [1.0, 2.0, 3.0]) + tf.reduce_sum(every * upstream)
            plain = tf.reduce_sum(tf.gather(scores, own, batch_dims=1) * [1.0, 2.0, 3.0]) + tf.reduce_sum(
                scores * upstream
            )
        return tape.gradient(ours, scores), tape.gradient(plain, scores)

    np.testing.assert_allclose(*run(tf.constant(SCORES)), rtol=1e-6)
    np.testing.assert_array_equal(upstream, SCORES[::-1])
