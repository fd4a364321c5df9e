"""Small objects that losses take as arguments, such as miners and distances: by name, by object, from a config."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from .._suggest import did_you_mean


@dataclass(frozen=True)
class Configured:
    """An object that is nothing but its fields: equal by value, and Keras can write it into a config."""

    def get_config(self):
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_config(cls, config):
        """The object of these fields."""
        return cls(**config)


def known(argument, value, objects, kind):
    """The object that an argument means: one of `objects` by name, or by name and fields, or an object of that kind."""
    if isinstance(value, kind):
        return value
    changed = dict(value) if isinstance(value, Mapping) else {"name": value}
    name = changed.pop("name", None)
    if name in objects:
        return replace(objects[name], **changed)
    near = did_you_mean(str(name), objects)
    raise ValueError(f"{argument}: expected a name or a {kind.__name__} object, received {value!r}, {near}")
