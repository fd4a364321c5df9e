"""Of several workers each makes its rows of every batch, those that the whole batch has, and reads no others."""

import numpy as np
import pytest
import tensorflow as tf
from sets import people

from tfface import data

CHANGES = data.Augment(shift=0.1, contrast=0.2, cutout=0.5, occlusion=0.5)


def contexts(workers, replicas):
    return [tf.distribute.InputContext(workers, worker, workers * replicas) for worker in range(workers)]


def together(make, workers, replicas, steps):
    """What all workers' replicas are given in each step, put together in their order."""
    streams = [iter(make(input_context=context)) for context in contexts(workers, replicas)]
    for _ in range(steps):
        parts = [tf.nest.flatten(next(stream)) for stream in streams for _ in range(replicas)]
        sizes = [len(part[0]) for part in parts]
        assert max(sizes) - min(sizes) <= 1
        yield [np.concatenate(part) for part in zip(*parts, strict=True)]


@pytest.mark.parametrize(
    ("draw", "workers", "replicas", "options"),
    [
        (data.training_stream, 2, 1, {"batch_size": 8, "augment": CHANGES, "mirror_identities": True}),
        (data.training_stream, 2, 1, {"batch_size": 7, "augment": data.Augment(mixup=0.4), "class_weights": True}),
        (data.training_stream, 2, 2, {"identities_per_batch": 3, "images_per_identity": 2, "first_epoch": 2}),
        (
            data.two_view_stream,
            2,
            1,
            {"batch_size": 7, "preset": data.Views(jitter=0.0, blur=0.0, low_resolution=0.0, occlusion=0.0)},
        ),
    ],
)
def test_shares_are_the_batch(draw, workers, replicas, options):
    faces = people((5, 4, 5))
    images = faces.images()

    def make(**more):
        return draw(images, faces.labels, seed=3, **options, **more)

    whole = [tf.nest.flatten(batch) for batch in make().take(2)]
    for batch, parts in zip(whole, together(make, workers, replicas, 2), strict=True):
        for expected, found in zip(batch, parts, strict=True):
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)  # as a vector's tail is rounded elsewhere


def test_nobody_reads_what_another_makes():
    faces, read = people((5, 4, 5)), []
    original = faces.read
    faces.read = lambda row: read.append(row) or original(row)
    reader = data.ImageReader(faces)
    for context in contexts(2, 1):
        read.clear()
        batches = data.training_batches(reader, batch_size=7, input_context=context)
        assert sum(len(labels) for _, labels in batches) == len(read) == (8 if context.input_pipeline_id == 0 else 6)


def test_an_epoch_counts_the_batches_of_the_replicas():
    batches = data.training_batches(people((5, 4, 5)), batch_size=7, input_context=contexts(1, 3)[0])
    assert int(batches.cardinality()) == sum(1 for _ in batches) == 2 * 3
    with pytest.raises(ValueError, match="batch_size: expected at least one image for each of 4 replicas, got 3"):
        data.training_batches(people(), batch_size=3, input_context=contexts(2, 2)[1])
