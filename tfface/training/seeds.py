"""The state of a model's random layers, which Keras does not save with the model."""

from .._compat import seed_states


def read(model) -> list[list[int]]:
    """The states, in the order of the model's layers."""
    return [variable.numpy().tolist() for variable in seed_states(model)]


def restore(model, states: list[list[int]]) -> None:
    """Sets the states that `read` gave."""
    for variable, state in zip(seed_states(model), states, strict=True):
        variable.assign(state)
