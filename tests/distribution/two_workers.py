"""What each of two workers does, and one process alone: run as a program by test_two_workers.py."""

import sys
from pathlib import Path

import numpy as np
import replica_cases as cases
import tensorflow as tf
import two_view_models as two_views
from tensorflow import keras

import tfface

# Every kind of loss: of classes with state, triplets, centres and a memory; pairs, tuplets and proxies.
FEW = {"joint": cases.CASES["joint"], "others": ("none", "contrastive ntxent proxy_anchor")}
TWO_VIEWS = {"few": ["both at once"], "all": ["both at once", "slowly"]}


def fitted(make, start, data, epochs=5, **options):
    """History and weights of a model that began with given weights."""
    model = make()
    if start is not None:
        model.set_weights(start)
    start = model.get_weights()
    history = model.fit(data, epochs=epochs, shuffle=False, verbose=0, **options).history
    result = {name: np.array(values) for name, values in history.items()}
    return model, start, {**result, **{f"weight {i}": weight for i, weight in enumerate(model.get_weights())}}


def plain():
    """A model of Keras, mended."""
    body = cases.backbone()
    model = tfface.distribute.mend_fit(keras.Model(body.input, tfface.layers.CosineHead(cases.CLASSES)(body.output)))
    options = {"metrics": ["accuracy"], "steps_per_execution": 3}
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=tfface.ArcFace(scale=8.0), **options)
    return model


def clipped():
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=0.05)
    return cases.face_model(tfface.ArcFace(scale=8.0), "cosine", optimizer, steps_per_execution=2)


def accumulated():
    """Gradients of three steps at a time, which Keras 2 has not."""
    several = {"gradient_accumulation_steps": 3} if hasattr(keras, "ops") else {}
    return cases.face_model(tfface.ArcFace(scale=8.0), "cosine", keras.optimizers.Adam(0.01, **several))


def uneven(share):
    """A short dataset of each worker: 8 + 8 + 3 images, and 8; alone, what both are given at a time."""
    images, labels = (np.concatenate(part) for part in zip(*cases.batches().as_numpy_iterator(), strict=True))
    rows = {0: [range(8), range(8, 16), range(16, 19)], 1: [range(20, 28)], None: None}[share]
    if share is None:
        rows = [[*range(8), *range(20, 28)], range(8, 16), range(16, 19)]
    yield from ((images[list(some)], labels[list(some)]) for some in rows)


def dataset_of(share):
    signature = tf.TensorSpec((None, 4, 4, 1)), tf.TensorSpec((None,), tf.int64)
    return tf.data.Dataset.from_generator(lambda: uneven(share), output_signature=signature)


def main(folder, starts, trained, two_view_groups):
    """Trains everything; `starts` holds the weights to begin with, which one process alone makes."""
    strategy = tfface.distribute.strategy()
    alone = strategy.num_replicas_in_sync == 1
    given = dict(np.load(starts)) if starts.exists() else {}
    told, begun = {}, {}

    def run(name, make, data, **options):
        keras.utils.set_random_seed(0)
        known = [given[key] for key in given if key.startswith(f"{name}/")] or None
        with strategy.scope():
            model, start, result = fitted(make, known, data, **options)
        begun.update((f"{name}/{i}", weight) for i, weight in enumerate(start))
        told.update((f"{name}/{key}", value) for key, value in result.items())
        return model

    for case in trained:
        model = run(case, lambda case=case: cases.model_of(*trained[case]), cases.batches())
    images, labels = (np.concatenate(part) for part in zip(*cases.batches().as_numpy_iterator(), strict=True))
    pairs = tfface.data.verification_pairs(labels, impostors=50)
    watch = tfface.callbacks.Verification(images, pairs, folds=2, batch_size=16, every_steps=3)
    model = run("seen", lambda: cases.model_of("cosine", "arcface"), cases.batches(), callbacks=[watch])
    told["seen/verified"] = watch.result.pairs.distances
    told["seen/evaluated"] = np.array(model.evaluate(images, labels, batch_size=16, verbose=0))
    told["seen/predicted"] = model.predict(images, batch_size=16, verbose=0)
    told["seen/embedded"] = model.embed(images, batch_size=16)
    run("plain", plain, cases.batches(last=16))
    run("clipped", clipped, cases.batches())
    run("accumulated", accumulated, cases.batches())
    for group in two_view_groups:
        run(group, lambda group=group: two_views.make(group), two_views.batches(group))
    if alone:
        data = dataset_of(None)
    else:
        data = strategy.distribute_datasets_from_function(lambda context: dataset_of(context.input_pipeline_id))
    make = lambda: cases.face_model(tfface.AdaFace(scale=8.0), "cosine")  # noqa: E731
    run("uneven", make, data, epochs=1, steps_per_epoch=3)  # which Keras 2 wants to be told
    if alone:
        np.savez(starts, **begun)
    np.savez(folder / "told.npz", **told)
    print("chief" if tfface.distribute.is_chief() else "no chief")


if __name__ == "__main__":
    _, folder, starts, which = sys.argv
    main(Path(folder), Path(starts), {"few": FEW, "all": cases.CASES}[which], TWO_VIEWS[which])
