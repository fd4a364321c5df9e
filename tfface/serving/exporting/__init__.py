"""A model one can ship: its backbone with the preprocessing inside, in a format of other runtimes, and a model card."""

from .export import export
from .exported import Exported
from .formats import open_export

__all__ = ["Exported", "export", "open_export"]
