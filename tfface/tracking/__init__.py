"""Neptune runs: started, read back and compared, all on your own machine."""

from .checkpoint import log_checkpoint
from .compare import compare
from .frames import to_pandas
from .log import RunLog
from .mlflow import MlflowMirror, export_mlflow
from .query import filter_runs, find_run, sort_runs
from .reader import read_runs
from .records import RunRecord, Series
from .removal import remove_run
from .results import log_results
from .start import init_run, run_id
from .tags import tag_run

__all__ = [
    "MlflowMirror",
    "RunLog",
    "RunRecord",
    "Series",
    "compare",
    "export_mlflow",
    "filter_runs",
    "find_run",
    "init_run",
    "log_checkpoint",
    "log_results",
    "read_runs",
    "remove_run",
    "run_id",
    "sort_runs",
    "tag_run",
    "to_pandas",
]
