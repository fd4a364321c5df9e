"""A training step of ArcFace on two replicas: what they send each other, and how long it takes against one.

    python benchmarks/strategies.py [--classes 10000] [--batch 256] [--dimension 512] [--rounds 9] [--engines ...]

Two GPUs, or else two halves of the CPU: these share its cores, so no step can be faster than on one replica; the ratio
says what the work of two replicas costs beside the computation. Bytes are counted where TensorFlow's collectives run,
and computed from the sizes; the last table, for what no such machine holds, is computed in the same way.
"""

import argparse

import collectives
import head_steps
import numpy as np
import tensorflow as tf
import timing
from tensorflow import keras

import tfface

ENGINES = ("dense", "chunked", "partial", "sharded", "sharded-partial")
GB, MB = 1e9, 1e6


def devices():
    """Two devices of a kind."""
    gpus = tf.config.list_physical_devices("GPU")
    if len(gpus) < 2:
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    return [device.name for device in tf.config.list_logical_devices("GPU" if len(gpus) > 1 else "CPU")][:2]


def step(strategy, engine, batch, dimension, classes):
    """A function that does one training step of a strategy's replicas on the batch."""
    with strategy.scope():
        model = head_steps.model(engine, dimension, classes)
        optimizer = keras.optimizers.SGD(0.01, momentum=head_steps.MOMENTUM)
        model.compile(optimizer, loss=tfface.ArcFace(margin=head_steps.MARGIN, scale=head_steps.SCALE))
        model.optimizer.build(model.trainable_variables)
    replicas = strategy.num_replicas_in_sync
    embeddings, labels = head_steps.inputs(batch, dimension, classes)

    def share(values):
        parts = [tf.constant(part) for part in np.split(values, replicas)]
        return strategy.experimental_distribute_values_from_function(
            lambda context: parts[context.replica_id_in_sync_group]
        )

    data = share(embeddings), share(labels)

    @tf.function
    def run():
        return strategy.run(model.train_step, args=(data,))["loss"]

    return lambda: float(strategy.experimental_local_results(run())[0])


def measured(strategy, arguments):
    """A row for each engine."""
    sizes = arguments.batch, arguments.dimension, arguments.classes
    print(f"{sizes[2]:,} classes, a global batch of {sizes[0]}, embeddings of {sizes[1]}, two replicas")
    print("| engine | reduced kB | gathered kB | computed | one replica sends kB | time, two replicas ÷ one |")
    print("|---|---|---|---|---|---|")
    for engine in arguments.engines:
        counts = collectives.Counts()
        with counts.counting():
            two = step(strategy, engine, *sizes)
            two()
        counts.restart()
        two()
        counted = {kind: number / 2 for kind, number in counts.read().items()}
        sampled = round(head_steps.ENGINES[engine][1] * sizes[2])
        computed = collectives.expected(engine, *sizes, sampled)
        one = step(tf.distribute.get_strategy(), engine, *sizes)
        ratio = timing.compare({"one": one, "two": two}, arguments.rounds)["two"]
        cells = [engine, f"{counted['reduce'] / 1e3:,.1f}", f"{counted['gather'] / 1e3:,.1f}"]
        cells += [f"{computed['reduce'] / 1e3:,.1f} and {computed['gather'] / 1e3:,.1f}"]
        cells += [f"{collectives.sent(counted, 2) / 1e3:,.1f}"]
        cells += ["{:.2f} ({:.2f}–{:.2f})".format(ratio.ratio, *ratio.spread)]
        print("| " + " | ".join(cells) + " |", flush=True)


def computed(batch, dimension):
    """What a worker holds for the head and sends in a step, for sizes that were not run."""
    print(f"\ncomputed: {batch} images a worker, embeddings of {dimension}, SGD with momentum")
    print("| identities | workers | engine | weights and slots GB | a step's own GB | each sends MB a step |")
    print("|---|---|---|---|---|---|")
    for classes in (1_000_000, 10_000_000, 100_000_000):
        for workers in (1, 8, 64):
            for engine in ENGINES:
                row = _worker(engine, workers, batch, dimension, classes)
                cells = [f"{classes:,}", str(workers), engine, *(f"{number:,.2f}" for number in row)]
                print("| " + " | ".join(cells) + " |")


def _worker(engine, workers, batch, dimension, classes):
    """GB held all the time, GB held in a step, MB sent."""
    rate = head_steps.ENGINES[engine][1]
    everyone = batch * workers
    sharded = engine.startswith("sharded")
    own = classes / workers if sharded else classes
    looked_at, scored = own * rate, everyone if sharded else batch
    held = 2 * 4 * own * dimension
    # gradients; of a sample its weights too; scores and their gradient, which the chunked engine never has
    passing = 4 * looked_at * dimension * (1 if rate == 1 else 2)
    passing += 0 if engine == "chunked" else 2 * 4 * scored * looked_at
    counted = collectives.expected(engine, everyone, dimension, classes, rate * classes)
    return held / GB, passing / GB, collectives.sent(counted, workers) / MB


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, default in (("classes", 10_000), ("batch", 256), ("dimension", 512), ("rounds", 9)):
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--engines", nargs="+", default=[*ENGINES], choices=ENGINES, metavar="ENGINE")
    arguments = parser.parse_args()
    measured(tf.distribute.MirroredStrategy(devices()), arguments)
    computed(arguments.batch, arguments.dimension)


if __name__ == "__main__":
    main()
