"""Epoch plans: every image is seen, and none twice in a batch while its identity has others."""

import numpy as np
import pytest

from tfface.data.sampling import IdentityBatches, ShuffledBatches


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("count, batch_size, steps", [(10, 4, 3), (12, 4, 3), (5, 5, 1), (7, 1, 7)])
def test_shuffled_sees_every_image_and_repeats_none_in_a_batch(count, batch_size, steps):
    plan = ShuffledBatches(count, batch_size).plan(rng())
    assert plan.shape == (steps, batch_size)
    assert set(plan.ravel()) == set(range(count))
    assert all(len(set(batch)) == batch_size for batch in plan)


@pytest.mark.parametrize("batch_size", [0, 11])
def test_shuffled_batch_size_out_of_range(batch_size):
    with pytest.raises(ValueError, match=r"batch_size: expected 1\.\.10"):
        ShuffledBatches(10, batch_size)


uneven = np.random.default_rng(9).permutation(np.repeat(np.arange(9) * 10, [1, 2, 3, 4, 5, 6, 7, 8, 40]))


@pytest.mark.parametrize("p, k", [(2, 3), (9, 2), (4, 5), (1, 1)])
def test_identity_batches_are_p_by_k_without_needless_repeats(p, k):
    sampler = IdentityBatches(uneven, p, k)
    for seed in range(3):
        plan = sampler.plan(rng(seed))
        assert plan.shape == (sampler.steps, p * k) == (len(uneven) // (p * k), sampler.batch_size)
        for batch in plan.reshape(-1, p, k):
            people = uneven[batch]
            assert np.all(people == people[:, :1])
            assert len(set(people[:, 0])) == p
            for person, images in zip(people[:, 0], batch, strict=True):
                assert len(set(images)) == min(k, np.sum(uneven == person))


def test_identity_batches_go_through_all_images_of_an_identity():
    labels = np.repeat([0, 1], 6)
    plan = IdentityBatches(labels, 2, 2).plan(rng())  # three batches, each with both people
    assert sorted(plan.ravel()) == list(range(12))


def test_identity_batches_visit_identities_evenly():
    labels = np.repeat(np.arange(12), 10)
    visits = np.bincount(labels[IdentityBatches(labels, 3, 2).plan(rng()).ravel()])
    assert set(visits) == {10}


def test_identity_batches_with_a_hundred_thousand_identities():
    labels = np.repeat(np.arange(100_000), 3)
    plan = IdentityBatches(labels, 64, 2).plan(rng())
    assert plan.shape == (2343, 128)
    assert all(len(set(batch)) == 128 for batch in plan[::100])


def test_one_batch_when_there_are_too_few_images():
    assert IdentityBatches(np.array([0, 1]), 2, 4).plan(rng()).shape == (1, 8)


@pytest.mark.parametrize("p, k, name", [(3, 2, "identities_per_batch"), (0, 2, "identities_per"), (2, 0, "images_per")])
def test_identity_batches_out_of_range(p, k, name):
    with pytest.raises(ValueError, match=name):
        IdentityBatches(np.array([0, 0, 1]), p, k)
