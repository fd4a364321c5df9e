import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

# The reference, the table of cases and their evaluation are modules of these tests.
sys.path.insert(0, str(HERE))


def pytest_collection_modifyitems(items):
    """Sends all tests of a case to one worker, where its graph and its XLA program are made once (`make test`)."""
    for item in items:
        if HERE in item.path.parents and "case" in getattr(getattr(item, "callspec", None), "params", {}):
            item.add_marker(pytest.mark.xdist_group(str(item.callspec.params["case"])))
