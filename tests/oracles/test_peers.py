"""Every loss against what living peers answered, in value and gradient."""

import pytest
from counterparts import COUNTERPARTS
from oracle import errors, oracle

ENTRIES = [(peer, entry) for peer, counterparts in COUNTERPARTS.items() for entry in counterparts]


@pytest.mark.parametrize(("peer", "entry"), ENTRIES, ids="-".join)
def test_value_and_gradient_agree_with_the_peer(peer, entry):
    found = errors(peer, entry, COUNTERPARTS[peer][entry])
    assert found == {name: pytest.approx(0.0, abs=1e-5) for name in found}


@pytest.mark.parametrize("peer", COUNTERPARTS)
def test_every_answer_is_used(peer):
    assert set(COUNTERPARTS[peer]) <= set(oracle(peer).calls)
