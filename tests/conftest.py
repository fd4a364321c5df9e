"""What all tests share: two logical CPUs for two replicas, a quiet TensorFlow, one seed."""

import os
import signal

import pytest

# Read by TensorFlow and matplotlib when they are imported, also in the processes that tests start.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # the workers share the cores already


def pytest_configure():
    """Splits the CPU, which TensorFlow allows only before it starts its devices; a GPU shall count as exactly."""
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(False)  # three decimals, where tests compare six
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)


@pytest.fixture(autouse=True)
def _interruptible():
    """Ctrl-C works in every test and in the processes it starts, also where the tests run as a background job."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture(autouse=True)
def _seeded():
    from tensorflow import keras

    keras.utils.set_random_seed(0)


@pytest.fixture(scope="session")
def mirrored():
    """The process's one `MirroredStrategy` of two replicas: a second would use the same keys for its collectives."""
    import tensorflow as tf

    return tf.distribute.MirroredStrategy([cpu.name for cpu in tf.config.list_logical_devices("CPU")])


@pytest.fixture(scope="session")
def faces(tmp_path_factory):
    """A folder of eight people with six photographs each, in a format that needs no library to write."""
    import numpy as np

    root, size = tmp_path_factory.mktemp("faces"), 12
    rng = np.random.default_rng(0)
    for person in range(8):
        (root / f"p{person}").mkdir()
        look = rng.integers(0, 200, (size, size))
        for photo in range(6):
            pixels = (look + rng.integers(0, 56, look.shape)).astype(np.uint8)
            header = f"P5 {size} {size} 255\n".encode()
            (root / f"p{person}" / f"{photo}.pgm").write_bytes(header + pixels.tobytes())
    return root


@pytest.fixture(scope="session")
def largest_tensor():
    """Elements of the largest tensor in the graph of a loss's value and gradient, for a batch of that size."""
    import tensorflow as tf

    def of(loss, batch):
        @tf.function
        def step(labels, embeddings):
            with tf.GradientTape() as tape:
                tape.watch(embeddings)
                value = loss(labels, embeddings)
            return tape.gradient(value, embeddings)

        graph = step.get_concrete_function(
            tf.TensorSpec([batch], tf.int32), tf.TensorSpec([batch, 8], tf.float32)
        ).graph
        return max(t.shape.num_elements() or 0 for op in graph.get_operations() for t in op.outputs if t.shape.rank)

    return of
