"""Ranks, Friedman's test and Nemenyi's critical difference, against published values and another implementation."""

import numpy as np
import pytest

from tfface.sweep.statistics.friedman import critical_difference, friedman
from tfface.sweep.statistics.holm import holm

# of Demšar, JMLR 7 (2006), table 5: the critical values at 5 % for 2, 3, … 10 treatments
DEMSAR = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164]


def test_critical_values_are_those_of_demsars_table():
    found = [critical_difference(k, 1) / np.sqrt(k * (k + 1) / 6) for k in range(2, 11)]
    assert found == pytest.approx(DEMSAR, abs=1.1e-3)


def test_demsars_example_of_four_classifiers_on_fourteen_data_sets():
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)


def test_an_example_by_hand():
    found = friedman([[3, 2, 1], [3, 1, 2], [3, 2, 1], [3, 2, 1]])
    # rank sums 4, 9, 11 of 8 expected: 12 / (4 · 3 · 4) · (16 + 81 + 121) − 3 · 4 · 4
    assert found.ranks.tolist() == [1.0, 2.25, 2.75]
    assert found.statistic == pytest.approx(6.5)


def test_against_scipy_with_ties():
    stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(3).integers(0, 4, (30, 5)) + np.array([0, 0, 0, 1, 0])
    found = friedman(values)
    assert found.ranks == pytest.approx(stats.rankdata(-values, axis=1).mean(axis=0))
    reference = stats.friedmanchisquare(*values.T)
    assert found.statistic == pytest.approx(reference.statistic)
    assert found.p_value == pytest.approx(reference.pvalue, abs=0.01)


def test_the_p_value_is_exact_for_few_blocks():
    """Two blocks of two that agree: so do half of all rankings, where χ² would say 16 %."""
    assert friedman([[2, 1], [5, 3]]).p_value == pytest.approx(0.5, abs=0.02)


def test_what_failed_ranks_last_and_equals_share():
    assert friedman([[1, -np.inf, -np.inf], [1, 0.5, -np.inf]]).ranks.tolist() == [1.0, 2.25, 2.75]


def test_all_equal_means_nothing():
    found = friedman(np.ones((5, 3)))
    assert found.statistic == 0 and found.p_value == 1 and found.cliques() == [[0, 1, 2]]


def test_cliques_are_the_largest_groups_within_the_critical_difference():
    order = np.tile(np.arange(6.0), (40, 1))
    found = friedman(order)
    assert found.critical_difference == pytest.approx(2.850 * np.sqrt(6 * 7 / (6 * 40)), abs=1e-3)
    assert found.cliques() == [[5, 4], [4, 3], [3, 2], [2, 1], [1, 0]]


@pytest.mark.parametrize("values", [[[1, 2]], [[1], [2]], [1, 2], [[1, np.nan], [1, 2]]])
def test_too_few_is_refused(values):
    with pytest.raises(ValueError, match="values: expected"):
        friedman(values)


def test_holm_by_hand():
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert holm({}) == {} and holm({"a": 0.7, "b": 0.6}) == {"a": 1.0, "b": 1.0}
