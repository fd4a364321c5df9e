"""What can go wrong with a recipe or end a training early, by name."""

from pathlib import Path


class RecipeError(ValueError):
    """A recipe that cannot be trained: one line per problem, each with file, line, key, expectation and value."""


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C ended a training.

    Attributes:
        output: the folder in which what was learnt is saved.
        position: how far that is; None if the training was stopped before anything was saved.
    """

    def __init__(self, output: Path, position: object):
        super().__init__(
            f"interrupted at {position}; what was learnt is saved, "
            f"go on with: tfface train {output / 'recipe.yaml'} --resume"
            if position
            else "interrupted before anything was saved"
        )
        self.output = output
        self.position = position
