"""Work in pieces, each core at its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from threadpoolctl import ThreadpoolController


def on_every_core(work: Callable[[tuple], None], pieces: Iterable[tuple]) -> None:
    """Calls `work` with each piece, as many at a time as the BLAS of NumPy has threads; each matmul then has one.

    A matmul on all cores ends when the slowest has done its share, and what follows it is done by one core while the
    others wait. Here no core waits, and a piece can stay in its cache. (The limit holds for the process: call it from
    one thread at a time. A BLAS that cannot be limited keeps its threads, and there is one piece at a time.)

    Args:
        work: called in several threads at once.
        pieces: what it is called with, in any order.
    """
    blas = ThreadpoolController().select(user_api="blas")
    threads = max([library.num_threads for library in blas.lib_controllers], default=1)
    with blas.limit(limits=1), ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, pieces):
            pass  # raises what a piece has raised
