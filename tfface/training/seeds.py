"""The state of a model's random layers, which Keras does not save with the model.

Keras 3 only: the dropout of Keras 2 draws from TensorFlow's own state, which cannot be read.
"""


def read(model) -> list[list[int]]:
    """The states, in the order of the model's layers."""
    return [variable.numpy().tolist() for variable in _states(model)]


def restore(model, states: list[list[int]]) -> None:
    """Sets the states that `read` gave."""
    for variable, state in zip(_states(model), states, strict=True):
        variable.assign(state)


def _states(model):
    return [variable for variable in model.variables if variable.name == "seed_generator_state"]
