"""What the sections of a recipe are made of."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def by_name(value):
    """`arcface` is short for `{name: arcface}`."""
    return {"name": value} if isinstance(value, str) else value


class Component(Section):
    """A name and the arguments of what it names: `{name: arcface, margin: 0.4}`."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    name: str

    @property
    def arguments(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


Named = Annotated[Component, BeforeValidator(by_name)]
