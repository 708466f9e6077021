"""What people say → what they mean: anchored templates, never a search for words.

Read in this order: `wording` (a sentence becomes words), `slots` (what words may stand for a value), `templates` (a
phrase of a declaration becomes all the ways to say it), `grammar` (a sentence becomes a command).
"""

from __future__ import annotations

from .grammar import LONGEST_TEXT, Ambiguous, Grammar, NoMatch
from .templates import fault_of_phrases, spoken

__all__ = ["LONGEST_TEXT", "Ambiguous", "Grammar", "NoMatch", "fault_of_phrases", "spoken"]
