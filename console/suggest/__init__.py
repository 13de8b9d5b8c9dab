"""Suggestions for a request: what it is about and who handles it, each with its reason; a person decides (5.2.2.1.5)."""

from console.suggest.engine import Suggester, Suggestions, shipped, suggest
from console.suggest.learned import Decided, Learned

__all__ = ["Decided", "Learned", "Suggester", "Suggestions", "shipped", "suggest"]
