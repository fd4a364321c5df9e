"""Every loss against what living peers answered, in value and gradient."""

import pytest
from counterparts import COUNTERPARTS
from differing import DIFFERING
from oracle import errors, oracle

NONE = pytest.approx(0.0, abs=1e-5)


def entries(table):
    return [pytest.param(peer, entry, id=f"{peer}-{entry}") for peer, rows in table.items() for entry in rows]


@pytest.mark.parametrize(("peer", "entry"), entries(COUNTERPARTS))
def test_value_and_gradient_agree_with_the_peer(peer, entry):
    found = errors(peer, entry, COUNTERPARTS[peer][entry])
    assert found == dict.fromkeys(found, NONE)


@pytest.mark.parametrize(("peer", "entry"), entries(DIFFERING))
def test_what_is_said_to_differ_does(peer, entry):
    differing = DIFFERING[peer][entry]
    found = errors(peer, entry, differing.nearest)
    value = found.pop("value")
    if differing.value:
        assert value > 1e-3
    else:
        assert value == NONE
        assert max(found.values()) > 1e-3


@pytest.mark.parametrize("peer", DIFFERING)
def test_every_answer_is_looked_at(peer):
    assert set(oracle(peer).calls) == {*COUNTERPARTS.get(peer, ()), *DIFFERING[peer]}
