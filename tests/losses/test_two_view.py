"""What is particular to losses on two views: what stands still, the statistics, the queue, the models that fit."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from cases import CLASSES, inputs_of
from cases_two_view import CASES, QUEUE, takes_both_views, views
from evaluate import reference_gradients, state_of, tensors, value_and_gradients
from tensorflow import keras

import tfface
from tfface import functional as F

ONE_EACH = list({type(case.loss): case for case in CASES}.values())
STANDING = [case for case in CASES if not case.exact_gradient]


@pytest.mark.parametrize("case", STANDING, ids=str)
def test_targets_stand_still_and_predictions_move(case):
    inputs = inputs_of(case)
    _, (to_targets, to_predictions) = value_and_gradients(case, *inputs)
    assert np.all(to_targets == 0.0)
    _, expected = reference_gradients(case, *inputs)
    np.testing.assert_allclose(to_predictions, expected, rtol=1e-5, atol=2e-5 * np.abs(expected).max())


def test_byol_is_four_times_simsiam_and_four():
    targets, predictions = tensors(*views(tfface.BYOL(), seed=8))
    np.testing.assert_allclose(
        tfface.BYOL().call(targets, predictions), 4 + 4 * tfface.SimSiam().call(targets, predictions), rtol=1e-6
    )


def test_cross_correlation_is_that_of_tfp_but_for_constant_columns():
    one, other = tensors(*views(tfface.BarlowTwins(), size=30))
    one, other = 100.0 * one, 100.0 * other  # beside which ε is nothing
    np.testing.assert_allclose(F.cross_correlation(one, other), tfp.stats.correlation(one, other), atol=2e-6)
    flat = tf.concat([tf.ones_like(one[:, :1]), one[:, 1:]], axis=1)
    assert np.isnan(tfp.stats.correlation(flat, other)).any()
    assert np.all(F.cross_correlation(flat, other)[0] == 0.0)


def test_a_number_of_the_batch_is_every_samples():
    values = tfface.BarlowTwins().call(*tensors(*views(tfface.BarlowTwins())))
    assert len(values) == 9 and np.all(values == values[0])


def test_the_default_weights_of_barlow_twins():
    inputs = tensors(*views(tfface.BarlowTwins()))
    for form, weight in (("squared", 5e-3), ("l1", 1.0)):
        named, default = tfface.BarlowTwins(weight, form), tfface.BarlowTwins(form=form)
        assert float(default(*inputs)) == float(named(*inputs)) > 0


def test_keys_replace_the_oldest_of_the_queue():
    queue, pointer = tf.zeros((5, 2)), tf.constant(3.0)
    unit = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [0.6, 0.8], [0.8, 0.6]])
    queue, pointer = F.enqueued(3.0 * unit[:3], queue, pointer)
    np.testing.assert_allclose(queue, [unit[2], [0, 0], [0, 0], unit[0], unit[1]], atol=1e-6)
    assert float(pointer) == 1.0
    queue, pointer = F.enqueued(unit, queue, pointer)  # more than fit: the last five stay
    np.testing.assert_allclose(queue, [unit[4], unit[5], unit[1], unit[2], unit[3]], atol=1e-6)
    assert float(pointer) == 2.0


def test_a_full_round_through_the_queue():
    """Whatever the batches, the queue holds the last keys, the oldest where the pointer stands."""
    keys = F.normalize(tf.random.stateless_normal((23, 3), [0, 1]))
    queue, pointer = tf.zeros((7, 3)), tf.constant(0.0)
    for batch in tf.split(keys, [2, 3, 7, 1, 9, 1]):
        queue, pointer = F.enqueued(batch, queue, pointer)
    np.testing.assert_allclose(np.roll(queue, -int(pointer), axis=0), keys[-7:], rtol=1e-6)


def test_moco_declares_its_queue_and_says_who_keeps_it():
    queue, pointer = tfface.MoCo(queue_size=64).state(F.Sizes(embedding=8))
    assert (queue.shape, pointer.shape) == ((64, 8), ())
    assert keras.initializers.get(queue.initial)((64, 8)).shape == (64, 8)
    with pytest.raises(ValueError, match=r"(?s)MoCo needs weights of its own.*TwoViewModel\(.*loss.view_losses\("):
        tfface.MoCo()(np.zeros((3, 4)), np.zeros((3, 4), "float32"))


@pytest.mark.parametrize("case", ONE_EACH, ids=str)
def test_two_replicas_equal_one(case, mirrored):
    """Loss, gradients and state, of 5 and 4 samples."""
    inputs = tensors(*inputs_of(case))
    state = state_of(case)

    @tf.function
    def share(first, second):
        with tf.GradientTape() as tape:
            tape.watch([first, second])
            losses, changed = case.loss.view_losses(first, second, state)
            value = tf.reduce_sum(losses) / len(inputs[0])
        return value, tape.gradient(value, [first, second], unconnected_gradients="zero"), changed

    def part(view):
        def of(context):
            return view[:5] if context.replica_id_in_sync_group == 0 else view[5:]

        return mirrored.experimental_distribute_values_from_function(of)

    value, gradients, changed = share(*inputs)
    values, parts, changes = mirrored.run(share, [part(view) for view in inputs])
    local = mirrored.experimental_local_results
    np.testing.assert_allclose(sum(local(values)), value, rtol=1e-5)
    for ours, expected in zip(parts, gradients, strict=True):
        np.testing.assert_allclose(np.concatenate(local(ours)), expected, rtol=1e-4, atol=1e-6)
    for name, expected in changed.items():
        for ours in local(changes[name]):
            np.testing.assert_allclose(ours, expected, rtol=1e-6)


@pytest.mark.parametrize("loss", [tfface.BarlowTwins(), tfface.SimSiam(), tfface.SimCLR()], ids=str)
def test_views_of_another_shape_are_refused(loss):
    both = takes_both_views(loss)
    good, rank = ((3, 2, 4), (3, 4)) if both else ((3, 4), (3, 2, 4))
    expected = r"targets and predictions \(B, 2, D\)" if both else r"two views \(B, D\)"
    for first, second in [(good, rank), (rank, rank), ((3, 3, 4), (3, 3, 4)), (good, (*good[:-1], 5))]:
        with pytest.raises(ValueError, match=rf"{type(loss).__name__}: expected {expected} of one shape, received"):
            loss.call(np.zeros(first), np.zeros(second))


def test_a_face_model_says_what_two_view_losses_are_for():
    images = keras.Input((2, 2, 1))
    backbone = keras.Model(images, keras.layers.Dense(4)(keras.layers.Flatten()(images)))
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(CLASSES))
    for loss in (tfface.SimSiam(), tfface.ArcFace() + 0.1 * tfface.MoCo()):
        with pytest.raises(ValueError, match=r"(?s)compares two views.*no labels.*tfface\.TwoViewModel\("):
            model.compile("sgd", loss=loss)


def test_sums_of_losses_on_views():
    inputs = tensors(*views(tfface.SimCLR()))
    simclr, vicreg = tfface.SimCLR(), tfface.VICReg()
    expected = float(simclr(*inputs)) + 0.5 * float(vicreg(*inputs))
    np.testing.assert_allclose((simclr + 0.5 * vicreg)(*inputs), expected, rtol=1e-6)
    for other in (tfface.TripletLoss(), tfface.ArcFace()):
        with pytest.raises(ValueError, match=r"SimCLR.* not both in one sum"):
            (simclr + other)(*inputs)


def test_the_queue_of_the_case_is_used():
    """The reference is given the same queue; a loss that ignored it would not agree with both of these."""
    case = next(case for case in CASES if case.name == "moco")
    one, two = inputs_of(case)
    near, _ = case.loss.view_losses(*tensors(one, two), {"moco_queue": two[:4], "moco_pointer": 0.0})
    far, _ = case.loss.view_losses(*tensors(one, two), {"moco_queue": QUEUE, "moco_pointer": 0.0})
    assert not np.allclose(near, far)
