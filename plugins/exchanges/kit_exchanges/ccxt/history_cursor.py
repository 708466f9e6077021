"""Where a walk through a part of a venue's history stands, from one walk to the next.

What could not be used may have been a venue's bad moment, so it is asked for again: by the next walk, then after
ever longer times, each as long as all before it, for a week. Then it is as the venue says, and stays left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import timedelta

_PATIENCE = int(timedelta(days=7) / timedelta(milliseconds=1))


@dataclass(slots=True)
class Cursor:
    """As JSON, what a stream is known by; one that cannot be read begins anew. Times are Unix times in milliseconds.

    `done`: up to where everything is known; `ended`: when the last walk came to its end. Of a walk that has begun and
    not ended: `since` and `until` are its bounds, `at` how far it has come, `held` what the next one begins with.
    `again`: from where (a time, or a number where entries are numbered) something is to be asked for once more;
    `doubted`: since when that is so; `asked`: when it was asked for last.
    """

    done: int | None = None
    ended: int | None = None
    since: int | None = None
    until: int | None = None
    at: int | None = None
    held: int | None = None
    again: int | None = None
    doubted: int | None = None
    asked: int | None = None

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        try:
            told = json.loads(text) if text else {}
            found = {each.name: told.get(each.name) for each in fields(cls)}
        except (ValueError, AttributeError):
            return cls()
        return cls(**found) if all(value is None or type(value) is int for value in found.values()) else cls()

    def text(self) -> str:
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return json.dumps({name: value for name, value in told.items() if value is not None})

    @property
    def patient(self) -> bool:
        """Whether what cannot be used is asked for again."""
        return self.doubted is None or self.asked is None or self.asked - self.doubted < _PATIENCE

    def begin(self, place: int, now: int) -> int:
        """Where a walk begins that would begin at `place`: there, or with what is to be asked for again."""
        if self.again is None:
            return place
        if place > self.again and self.doubted is not None and self.asked is not None:
            waited, so_far = now - self.asked, self.asked - self.doubted
            if 0 <= waited < so_far:
                return place
        begin, self.again, self.asked = min(place, self.again), None, now
        return begin

    def doubt(self, place: int, now: int) -> None:
        """What stands at `place` could not be used, and is asked for again while there is patience."""
        if self.patient:
            self.again = place if self.again is None else min(place, self.again)
            self.doubted = now if self.doubted is None else self.doubted
            self.asked = now if self.asked is None else self.asked

    def end(self, done: int, now: int, *, numbered: bool) -> None:
        """The walk came to its end; the next one begins at `done`, or behind its number."""
        self.done, self.ended = done, now
        self.since = self.until = self.held = None
        self.at = self.at if numbered else None
        if self.again is None:
            self.doubted = self.asked = None
