"""Every loss against its float64 reference, in value and gradient, eagerly, in a graph and under XLA."""

import numpy as np
import pytest
from cases import CASES, in_modes, inputs_of
from evaluate import reference_gradients, reference_value, value_and_gradients


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_gradient_agree_with_the_reference(case):
    inputs = inputs_of(case)
    value, gradients = value_and_gradients(case, *inputs)
    assert value != 0
    np.testing.assert_allclose(value, reference_value(case, *inputs), rtol=1e-5)
    if case.exact_gradient:
        for ours, expected in zip(gradients, reference_gradients(case, *inputs), strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=2e-5 * np.abs(expected).max() + 1e-9)


@pytest.mark.parametrize(("case", "mode"), in_modes("graph", "xla"), ids=str)
def test_graph_and_xla_equal_eager(case, mode):
    inputs = inputs_of(case, seed=1)
    value, gradients = value_and_gradients(case, *inputs)
    other_value, other_gradients = value_and_gradients(case, *inputs, mode=mode)
    np.testing.assert_allclose(other_value, value, rtol=1e-5)
    for ours, expected in zip(other_gradients, gradients, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max() + 1e-9)
