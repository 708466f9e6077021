"""Text that is only text: no control codes reach a terminal, and poor encodings get poor but true text."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u2139\ufe0f\u200d]")
_SPEAKING = {"✅": "ok", "✓": "ok", "❌": "failed", "✗": "failed", "⚠️": "warning"}
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_POOR = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "•": "*", "–": "-", "—": "-", "−": "-", "→": "->",
        "×": "x", "≥": ">=", "≤": "<=", "€": "EUR ", "£": "GBP ", "¥": "JPY ", "₹": "INR ", "₩": "KRW ", "₪": "ILS ",
        "₴": "UAH ", "₫": "VND ", "═": "=", "─": "-", "│": "|", "█": "#", "\u00a0": " ", "�": "?",
    }
)  # fmt: skip


def paragraph(text: str) -> str:
    """`text` with its line breaks, and with every other control character made visible as “�”."""
    return _CONTROLS.sub("�", _LINE_ENDS.sub("\n", text).replace("\t", "    "))


def line(text: str) -> str:
    """`text` on one line, control characters made visible as “�”."""
    return _CONTROLS.sub("�", re.sub(r"\s*\n\s*", " ", paragraph(text)))


def without_pictures(text: str) -> str:
    """`text` without emoji; those that say something are written out."""
    for sign, word in _SPEAKING.items():
        text = text.replace(sign, word)
    return _PICTURES.sub("", text)


def to_ascii(text: str) -> str:
    """`text` in ASCII: quotes, bullets and currency signs written out, accents and pictures dropped."""
    decomposed = unicodedata.normalize("NFKD", without_pictures(text).translate(_POOR))
    return "".join(
        sign if sign.isascii() else "" if unicodedata.category(sign) in {"Mn", "So", "Cf"} else "?"
        for sign in decomposed
    )
