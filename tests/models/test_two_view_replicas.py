"""Two replicas learn from two views what one replica learns from the same global batches."""

import numpy as np
import pytest
from test_replicas import on_each_replica
from two_view_models import GROUPS, batches, make


# Of a last batch of 5 the second replica gets no image.
@pytest.mark.parametrize(("group", "last"), zip(GROUPS, (13, 13, 5), strict=True))
def test_two_replicas_equal_one(group, last, mirrored):
    """Losses part by part; weights, batch normalisation, state and slow copy after 10 steps."""
    one = make(group)
    with mirrored.scope():
        two = make(group)
    start = one.get_weights()
    two.set_weights(start)
    data = batches(group, last)
    expected, history = (model.fit(data, epochs=5, shuffle=False, verbose=0).history for model in (one, two))
    assert history.keys() == expected.keys() and len(history) > 2
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-4, err_msg=name)
    moved = [not np.allclose(new, old) for new, old in zip(one.get_weights(), start, strict=True)]
    assert all(moved)
    for weight, ours, theirs in zip(two.weights, two.get_weights(), one.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-5, err_msg=weight.name)
        values = on_each_replica(mirrored, weight)
        assert len(values) == 2
        np.testing.assert_array_equal(*values)
