"""What can go wrong with a recipe or end a training early, by name."""

import signal
from pathlib import Path


class RecipeError(ValueError):
    """A recipe that cannot be trained: one line per problem, each with file, line, key, expectation and value."""


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C, or SIGTERM as clusters send it before they take a machine away, ended a training.

    Attributes:
        output: the folder in which what was learnt is saved.
        position: how far that is; None if the training was stopped before anything was saved.
        exit_code: what a shell reports for a program that this signal ended: 130, 143.
    """

    def __init__(self, output: Path, position: object, by: signal.Signals = signal.SIGINT, unsaved: str = ""):
        what = "interrupted" if by == signal.SIGINT else f"ended by {by.name}"
        kept = f"at {position}; what was learnt is saved" if position else "before anything was saved"
        if unsaved:
            kept = f"and not saved ({unsaved}); " + (f"kept is {position}" if position else "nothing is kept")
        again = f", go on with: tfface train {output / 'recipe.yaml'} --resume" if position else ""
        super().__init__(f"{what} {kept}{again}")
        self.output = output
        self.position = position
        self.exit_code = 128 + by
