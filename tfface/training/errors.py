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
        if unsaved:
            what = f"{what} and not saved ({unsaved});"
        kept = f"at {position}; what was learnt is saved" if position else "before anything was saved"
        super().__init__(f"{what} {kept}{go_on(output, position)}")
        self.output = output
        self.position = position
        self.exit_code = 128 + by


class WorkerLost(RuntimeError):
    """Another process that trained the same model has ended, or does not answer.

    Attributes:
        exit_code: 75, which says by convention that the same command may succeed later.
    """

    exit_code = 75

    def __init__(self, output: Path, position: object):
        kept = f"saved is {position}" if position else "nothing was saved"
        super().__init__(f"another worker has ended or does not answer; {kept}{go_on(output, position)}")


def go_on(output: Path, position: object) -> str:
    """How to continue a training of which that position is saved; nothing if none is."""
    return f", go on with: tfface train {output / 'recipe.yaml'} --resume" if position else ""
