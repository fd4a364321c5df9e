"""Neptune runs: started, read back and compared, all on your own machine."""

from .compare import compare
from .log import RunLog
from .reader import read_runs
from .records import RunRecord, Series
from .results import log_results
from .start import init_run, run_id

__all__ = ["RunLog", "RunRecord", "Series", "compare", "init_run", "log_results", "read_runs", "run_id"]
