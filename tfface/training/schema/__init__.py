"""What a recipe may say: its keys, their types and their defaults."""

from .data import Data
from .recipe import SECTIONS, Backbone, Recipe
from .section import Component, Section
from .stage import Stage

__all__ = ["SECTIONS", "Backbone", "Component", "Data", "Recipe", "Section", "Stage"]
