"""Optional dependencies: imported when used, with an error that says how to install them."""

import importlib
import sys


def require(module: str, extra: str):
    """Imports an optional module.

    Args:
        module: name of the module, `"plotly"` or `"plotly.offline"`.
        extra: the extra of tfface that installs it, `"report"`.

    Raises:
        ImportError: the module is not installed; the message names the extra.

    Example:
        >>> require("json", extra="report").dumps([])
        '[]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(missing(module, extra)) from error


def missing(module: str, extra: str) -> str:
    """The message for a module that is not installed."""
    package = module.partition(".")[0]
    if extra == "addons" and sys.version_info >= (3, 12):
        version = ".".join(map(str, sys.version_info[:2]))
        return (
            f"{package} needs Python 3.10 or 3.11 (its last release runs on TensorFlow 2.15 only), "
            f'and this is Python {version}: make an environment with Python 3.11 and pip install "tfface[addons]"'
        )
    return f'{package} is not installed: pip install "tfface[{extra}]"'
