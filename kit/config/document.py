"""config.json as text: JSON5 read with the place of every value.

`parse` gives plain data and, for each key path, where its value stands, so that a finding can name
line and column and an edit can replace one value and nothing else. The parser (json-five) reads about
100 kB a second, hence the limit on size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..errors import KitError
from ..money import exact
from .config import LARGEST_BYTES
from .findings import ConfigFinding, Level

DEEPEST = 64
_MOST_DIGITS = 400
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: 1-based line and column, and the offsets of its first and behind its last character."""

    line: int
    column: int
    start: int
    end: int


@dataclass(slots=True)
class Document:
    """The data of a file and where each value (`values`) and each key (`keys`) stands."""

    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    values: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    findings: list[ConfigFinding] = field(default_factory=list)
    usable: bool = True


class Unreadable(KitError):
    """The file cannot be used at all; `finding` says why."""

    def __init__(self, finding: ConfigFinding) -> None:
        self.finding = finding
        super().__init__(str(finding))


def read_bytes(file: Path) -> bytes | None:
    """The file's content, None where there is no file. Raises Unreadable."""
    try:
        if file.is_dir():
            raise _unreadable(file, "is a folder, not a file", "Move it away; “kit init” writes a new file.")
        with file.open("rb") as source:
            content = source.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        if file.is_symlink():
            raise _unreadable(file, "points to a file that does not exist", "Mend or remove the link.") from None
        return None
    except OSError as error:
        raise _unreadable(file, f"cannot be read ({error.strerror})", "Check its permissions.") from None
    if len(content) > LARGEST_BYTES:
        raise _unreadable(file, f"is larger than {LARGEST_BYTES // 1024} KiB", "Is it really the configuration?")
    return content


def decode(file: Path, content: bytes) -> str:
    """The text of the file, a byte order mark kept as its first character. Raises Unreadable."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise Unreadable(
            ConfigFinding(Level.ERROR, file, line, column, "", "is not UTF-8 text here.", "Save the file as UTF-8.")
        ) from None


def parse(file: Path, text: str) -> Document:
    """The document that `text` writes. Never raises: what is wrong is among its findings."""
    document = Document(text)
    body = text.removeprefix("\ufeff")
    shift = len(text) - len(body)
    fault = _visible_fault(body)
    if fault is not None:
        at, what, next_step = fault
        return _unusable(document, file, at + shift, what, next_step)
    try:
        _Reader(document, file, shift).read(body)
    except _Malformed as error:
        return _unusable(document, file, error.at + shift, error.what, error.next_step)
    return document


def load_document(file: Path) -> Document:
    """The document in `file`: empty where there is none, with a finding where it cannot be used."""
    try:
        content = read_bytes(file)
        return Document() if content is None else parse(file, decode(file, content))
    except Unreadable as error:
        return Document(findings=[error.finding], usable=False)


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """1-based line and column of an offset; a byte order mark counts as nothing."""
    before = text[:at].removeprefix("\ufeff")
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


class _Malformed(Exception):
    def __init__(self, at: int, what: str, next_step: str) -> None:
        self.at, self.what, self.next_step = at, what, next_step


def _visible_fault(body: str) -> tuple[int, str, str] | None:
    """What the parser would report badly or slowly: emptiness, control characters, depth."""
    if not body.strip():
        return 0, "is empty.", "Write {} or run “kit init --force”."
    at = body.find("\x00")
    if at >= 0:
        return at, "holds a NUL byte.", "Is it a text file? Restore config.json.bak or run “kit init --force”."
    depth, deepest = 0, body.count("[") + body.count("{") > DEEPEST
    for at, character in enumerate(body) if deepest else ():
        depth += (character in "[{") - (character in "]}")
        if depth > DEEPEST:
            return at, f"is nested more than {DEEPEST} levels deep.", "No setting is that deep; remove it."
    return None


class _Reader:
    """Walks the parser's tree once and fills a document."""

    def __init__(self, document: Document, file: Path, shift: int) -> None:
        self._document = document
        self._file = file
        self._shift = shift

    def read(self, body: str) -> None:
        from json5.loader import ModelLoader, loads
        from json5.utils import JSON5DecodeError

        self._starts = [0, *(at + 1 for at, character in enumerate(body) if character == "\n")]
        try:
            root = loads(body, loader=ModelLoader()).value
        except JSON5DecodeError as error:
            raise _syntax(error, body) from None
        except (RecursionError, ValueError, AssertionError) as error:
            raise _Malformed(0, f"cannot be read ({type(error).__name__}).", "Check its brackets.") from None
        data = self._value(root, ())
        if not isinstance(data, dict):
            raise _Malformed(self._start(root), "is not an object.", "The whole file stands in { and }.")
        self._document.data = data

    def _value(self, node: Any, path: Path_) -> Any:
        start, end = self._start(node), self._end(node)
        self._document.values[path] = self._place(start, end)
        kind = type(node).__name__
        if kind == "JSONObject":
            return dict(self._members(node, path))
        if kind == "JSONArray":
            return [self._value(each, (*path, at)) for at, each in enumerate(node.values)]
        if kind in {"DoubleQuotedString", "SingleQuotedString"}:
            return node.characters
        if kind == "BooleanLiteral":
            return bool(node.value)
        if kind == "NullLiteral":
            return None
        return self._number(node, path, start)

    def _members(self, node: Any, path: Path_) -> Iterator[tuple[str, Any]]:
        for key, value in zip(node.keys, node.values, strict=True):
            name = str(getattr(key, "characters", None) or getattr(key, "name", ""))
            inner = (*path, name)
            start = self._start(key)
            if inner in self._document.keys:
                first = self._document.keys[inner]
                self._find(start, inner, f"stands twice, first on line {first.line}.", "Keep one of the two.")
            self._document.keys[inner] = self._place(start, self._end(key))
            yield name, self._value(value, inner)

    def _number(self, node: Any, path: Path_, start: int) -> int | float | None:
        sign = 1
        while type(node).__name__ == "UnaryOp":
            sign *= -1 if node.op == "-" else 1
            node = node.value
        if type(node).__name__ == "Integer" and (node.is_hex or node.is_octal):
            return int(sign * node.value)
        try:
            value = exact(node.raw_value) * sign
        except (ValueError, AttributeError):
            self._find(start, path, "is not a finite number.", "Write a number like 0.5.")
            return None
        if abs(value.adjusted()) > _MOST_DIGITS:
            self._find(start, path, "is beyond every sensible number.", "Write a smaller number.")
            return None
        if value == value.to_integral_value():
            return int(value)
        number = float(value)
        if Decimal(repr(number)) != value:
            self._find(start, path, "has more digits than a JSON number can hold.", "Put it in quotes.")
        return number

    def _find(self, at: int, path: Path_, what: str, next_step: str) -> None:
        line, column = line_and_column(self._document.text, at + self._shift)
        finding = ConfigFinding(Level.ERROR, self._file, line, column, dotted(path), what, next_step)
        self._document.findings.append(finding)

    def _start(self, node: Any) -> int:
        return int(self._starts[node.lineno - 1] + node.col_offset)

    def _end(self, node: Any) -> int:
        while type(node).__name__ == "UnaryOp":
            node = node.value
        return int(self._starts[node.end_lineno - 1] + node.end_col_offset)

    def _place(self, start: int, end: int) -> Place:
        line, column = line_and_column(self._document.text, start + self._shift)
        return Place(line, column, start + self._shift, end + self._shift)


def dotted(path: Path_) -> str:
    """A key path as people write it: skills.portfolio-tracker.snapshots."""
    return ".".join(str(part) for part in path)


def _syntax(error: Any, body: str) -> _Malformed:
    """The parser's first complaint; it goes on after it and adds others."""
    first = str(error).partition("Additionally")[0]
    found = re.search(r"\(char (\d+)\)", first) or re.search(r"at index (\d+)", first)
    if found is None or "EOF" in first or int(found[1]) >= len(body.rstrip()):
        return _Malformed(len(body.rstrip()), "ends too early.", "Close every bracket, brace and quote.")
    at = int(found[1])
    word = re.match(r"\w+|.", body[at:])
    shown = word[0] if word else body[at : at + 1].strip()
    return _Malformed(at, f"does not go on like this: “{shown[:20]}”.", "Check the comma, colon or quote before it.")


def _unusable(document: Document, file: Path, at: int, what: str, next_step: str) -> Document:
    line, column = line_and_column(document.text, at)
    return Document(
        document.text, findings=[ConfigFinding(Level.ERROR, file, line, column, "", what, next_step)], usable=False
    )


def _unreadable(file: Path, what: str, next_step: str) -> Unreadable:
    return Unreadable(ConfigFinding(Level.ERROR, file, 1, 1, "", f"{what}.", next_step))
