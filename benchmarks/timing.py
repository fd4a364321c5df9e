"""Times functions against each other in one process: interleaved rounds, so that a busy machine is busy for all."""

import statistics
import time
from typing import NamedTuple


class Timing(NamedTuple):
    """Seconds a call over the rounds, and its ratio to the first function of the comparison in the same round."""

    median: float
    fastest: float
    ratio: float  # median over the rounds
    spread: tuple[float, float]  # the quartiles of the ratios


def compare(functions: dict, rounds=15, seconds_a_round=0.1, clock=time.perf_counter) -> dict[str, Timing]:
    """Calls every function in each round; the first is what the others are compared with.

    Args:
        functions: by name, without arguments; each returns only when its work is done.
        rounds: how often each is measured, after a warm-up.
        seconds_a_round: short functions are repeated within a round until this much time has gone.
        clock: `time.process_time` where only the processor's time counts.
    """
    repeats = {name: _repeats(function, seconds_a_round) for name, function in functions.items()}
    measured = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = clock()
            for _ in range(repeats[name]):
                function()
            measured[name].append((clock() - start) / repeats[name])
    floor = next(iter(measured.values()))
    return {name: _timing(seconds, floor) for name, seconds in measured.items()}


def _repeats(function, seconds):
    for _ in range(2):  # tracing, allocation
        function()
    start = time.perf_counter()
    function()
    return max(1, round(seconds / (time.perf_counter() - start)))


def _timing(seconds, floor):
    ratios = [one / other for one, other in zip(seconds, floor, strict=True)]
    quartiles = statistics.quantiles(ratios, n=4)
    return Timing(statistics.median(seconds), min(seconds), statistics.median(ratios), (quartiles[0], quartiles[2]))
