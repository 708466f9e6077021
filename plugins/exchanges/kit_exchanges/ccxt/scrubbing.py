"""What may be shown of what a venue or a library said: everything but keys, signatures, tokens and signed URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

_HIDDEN = "***"
_SHORTEST = 4
_LONGEST = 200
_NAMES = (
    r"(?:x-[a-z0-9-]*|(?:cb|kc|ok|bx|gw)-(?:access|api)-[a-z-]*|access-[a-z-]*|api-(?:key|sign|secret)|authorization|cookie"
    r"|signature|sign|sig|api_?key|api_?secret|access_?key|secret(?:_?key)?|pass(?:word|phrase)|token|listen_?key"
    r"|private_?key|jwt|nonce|otp)"
)
_NAMED = re.compile(
    rf"""(?<![a-z0-9_-])(['"]?{_NAMES}['"]?\s*[:=]\s*)(['"]?)(?:bearer\s+)?[^\s'",&;)}}]+\2""", re.IGNORECASE
)
_QUERY = re.compile(r"(?<=[^\s?])\?[^\s'\"<>]*=[^\s'\"<>]*")
_URL_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w.-]+")
_BLOB = re.compile(
    r"(?<![\w/+=.-])(?=[A-Za-z0-9/+_-]*\d)(?=[A-Za-z0-9/+_-]*[A-Za-z])[A-Za-z0-9/+_-]{32,}={0,2}(?![\w/+=])"
)
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")


class Scrubber:
    """Hides the secrets of one account wherever they stand, and whatever looks like anybody's."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in (secret, quote(secret, safe=""))}
        self._known = (
            re.compile("|".join(re.escape(each) for each in sorted(forms, key=len, reverse=True))) if forms else None
        )

    def __repr__(self) -> str:
        return "Scrubber(***)"

    def __call__(self, text: str) -> str:
        """`text` fit to be shown: on one line, at most 200 characters of it."""
        shown = self._known.sub(_HIDDEN, text) if self._known else text
        shown = _QUERY.sub("", _URL_LOGIN.sub("", shown))
        shown = _NAMED.sub(rf"\1{_HIDDEN}", shown)
        shown = _BLOB.sub(_HIDDEN, _JWT.sub(_HIDDEN, shown))
        shown = _SPACES.sub(" ", _TAG.sub(" ", shown)).strip()
        return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1].rstrip()}…"
