"""Pages for the many: the projector, and the rooms' way in and page."""

from giaoban.screens import endpoint, projector, way_in
from giaoban.screens.blueprint import bp

__all__ = ["bp", "endpoint", "projector", "way_in"]
