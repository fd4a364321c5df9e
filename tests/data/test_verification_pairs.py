"""Verification pairs and identity folds: complete, distinct, balanced, seeded."""

import itertools

import numpy as np
import pytest

from tfface.data import identity_folds, orl, verification_pairs

labels = np.random.default_rng(3).permutation(np.repeat(np.arange(7), [1, 2, 3, 4, 5, 6, 7]))


def as_set(pairs, same):
    chosen = pairs.same == same
    return set(zip(pairs.first[chosen].tolist(), pairs.second[chosen].tolist(), strict=True))


def all_pairs(same):
    indices = range(len(labels))
    return {(i, j) for i, j in itertools.combinations(indices, 2) if (labels[i] == labels[j]) == same}


def test_all_genuine_pairs_and_distinct_impostors():
    pairs = verification_pairs(labels, impostors=100, seed=1)
    assert as_set(pairs, True) == all_pairs(True)
    assert len(as_set(pairs, False)) == 100 and as_set(pairs, False) < all_pairs(False)
    assert len(pairs.same) == 100 + len(all_pairs(True))


def test_every_impostor_pair_can_be_had():
    wanted = all_pairs(False)
    assert as_set(verification_pairs(labels, impostors=len(wanted)), False) == wanted
    with pytest.raises(ValueError, match=f"impostors: {len(wanted)} impostor pairs exist"):
        verification_pairs(labels, impostors=len(wanted) + 1)


def test_seed_decides_the_impostors():
    first, again, other = (as_set(verification_pairs(labels, 50, seed), False) for seed in (0, 0, 1))
    assert first == again and first != other


def test_impostors_are_drawn_evenly():
    drawn = [verification_pairs([0, 0, 1, 2], 1, seed) for seed in range(600)]
    impostors = [next(iter(as_set(pairs, False))) for pairs in drawn]
    counts = [impostors.count(pair) for pair in set(impostors)]
    assert len(counts) == 5 and min(counts) > 80


@pytest.mark.parametrize("folds", [2, 5, 9, 10])
def test_unseen_people_of_orl_in_balanced_folds(folds):
    _, unseen = orl().split(30)
    pairs = verification_pairs(unseen.labels)
    assert pairs.same.sum() == 450 and len(pairs.same) == 900
    assert {fold.sum() for fold in np.split(pairs.same, folds)} == {450 // folds}


def test_unequal_numbers_are_balanced_too():
    pairs = verification_pairs(np.repeat(np.arange(10), 5), impostors=300)  # 100 genuine
    assert [fold.sum() for fold in np.split(pairs.same, 10)] == [10] * 10


@pytest.mark.parametrize(
    "bad, message",
    [
        ({"labels": [0, 1, 2]}, "no identity has two images"),
        ({"labels": []}, "no identity has two images"),
        ({"labels": [0, 0]}, "0 impostor pairs exist"),
        ({"labels": [[0, 0], [1, 1]]}, "shape"),
        ({"labels": [0, 0, 1], "impostors": 0}, "impostors"),
    ],
)
def test_labels_without_pairs(bad, message):
    with pytest.raises(ValueError, match=message):
        verification_pairs(**bad)


def test_identity_folds_hold_each_identity_out_once():
    folds = identity_folds(labels, 3, seed=5)
    held = np.concatenate([held_out for _, held_out in folds])
    assert sorted(held) == list(range(len(labels)))
    for kept, held_out in folds:
        assert not set(labels[kept]) & set(labels[held_out])
        assert len(kept) + len(held_out) == len(labels)
        assert len(set(labels[held_out])) in (2, 3)


def test_identity_folds_follow_their_seed():
    def held(seed):
        return [held_out.tolist() for _, held_out in identity_folds(labels, 3, seed)]

    assert held(0) == held(0) != held(1)


@pytest.mark.parametrize("folds", [1, 8])
def test_identity_folds_out_of_range(folds):
    with pytest.raises(ValueError, match="folds"):
        identity_folds(labels, folds)
