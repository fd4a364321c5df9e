import signal
import sys
import webbrowser

HELP = "open MLflow's own interface on a store filled from the runs"


def add_arguments(parser) -> None:
    parser.add_argument("folder", nargs="?", default=".", help="where the runs are (default: this folder)")
    parser.add_argument("--store", help="folder of the store (default: mlflow in the folder of the runs)")
    parser.add_argument("--port", type=int, default=5000, help="of the server, on this machine only (default: 5000)")
    parser.add_argument(
        "--every", type=float, default=30, metavar="seconds", help="how often new points are brought in"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")


def run(arguments) -> None:
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server must end with this process
    try:
        _serve(arguments)
    except KeyboardInterrupt:
        return  # the usual way to end it
    finally:
        signal.signal(signal.SIGTERM, former)


def _serve(arguments) -> None:
    from pathlib import Path

    from ..tracking.mlflow import check_installed
    from ..tracking.mlflow.server import Interface
    from .runs.chosen import some_runs

    store = arguments.store or Path(arguments.folder) / "mlflow"
    runs = some_runs(arguments.folder, [])
    check_installed()
    print("filling the store …", file=sys.stderr)
    interface = Interface(store, runs)
    with interface.serving(arguments.port) as address:
        print(f"compare: {address}\n(Ctrl-C ends it)", flush=True)
        if not arguments.no_browser:
            webbrowser.open(address)
        while interface.alive(max(arguments.every, 1)):
            interface.fill(some_runs(arguments.folder, []))
    raise ValueError("MLflow's server has ended")
