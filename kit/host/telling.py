"""What happens while the host is resident, a line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """`event` is what happened, like "job.done"; `name` to which job or stream; `sentence` in words.

    `text`, where there is one, are lines to show below it.
    """

    at: datetime
    event: str
    name: str
    sentence: str
    text: str = ""


Say = Callable[[Happening], None]
