"""ArcFace's edges: each boundary rule beyond π, and the straight-through gradient."""

import numpy as np
import tensorflow as tf

import tfface

MARGIN = 1.0


def _target(cosine, **options):
    rule = tfface.ArcFace(margin=MARGIN, scale=1.0, **options).rule
    sample = tfface.functional.Sample(None, {}, None, None, None)
    return rule.target_logit(tf.constant(cosine, tf.float32), sample).numpy()


def test_boundaries_beyond_pi():
    cosine = np.cos(3.0)
    assert np.isclose(_target(cosine, boundary="linear"), cosine - MARGIN * np.sin(MARGIN))
    assert np.isclose(_target(cosine, boundary="easy"), cosine)
    assert np.isclose(_target(cosine, boundary="reflect"), -2 - np.cos(3.0 + MARGIN))
    assert _target(cosine, boundary="clamp") == -1
    assert np.isclose(_target(cosine, boundary="none"), np.cos(3.0 + MARGIN), atol=1e-6)


def test_reflect_and_clamp_fall_with_the_angle():
    cosines = np.cos(np.linspace(0, np.pi, 400))
    for boundary in ("reflect", "clamp"):
        assert np.all(np.diff(_target(cosines, boundary=boundary)) <= 1e-6)


def test_straight_through_has_the_value_of_the_margin_and_the_slope_of_the_cosine():
    cosines = tf.constant([-1.0, -0.4, 0.3, 0.9, 1.0])
    rule = tfface.ArcFace(margin=0.5, scale=8.0, gradient="straight_through").rule
    with tf.GradientTape() as tape:
        tape.watch(cosines)
        logits = rule.target_logit(cosines, None)
    np.testing.assert_allclose(logits, tfface.ArcFace(margin=0.5, scale=8.0).rule.target_logit(cosines, None))
    np.testing.assert_array_equal(tape.gradient(logits, cosines), 8.0 * np.ones(5))
