"""A part of the host, opened on first touch."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self, TypeVar, overload

_Opened_co = TypeVar("_Opened_co", covariant=True)


class part(cached_property[_Opened_co]):  # noqa: N801 - used like cached_property
    """A `cached_property` that is made once, also where several threads touch it first: its owner's lock is `opening`.

    The standard library's gives each of them one of its own since Python 3.12, and forgets all but the last.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> _Opened_co: ...
    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self
        with instance.opening:
            return super().__get__(instance, owner)
