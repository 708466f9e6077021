"""What the words of a command mean: text to the value of a parameter's type, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from .commands import Command, Param, ValueType
from .errors import UsageError, did_you_mean
from .money import parse_amount, parse_duration, parse_ratio, plain

_ASSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_/:$]{0,31}", re.ASCII)


def parse_value(param: Param, text: str, *, folder: Path | None = None) -> Any:
    """The value a handler receives for `text`. Raises UsageError.

    `folder` is where relative paths start; the working directory by default.
    """
    if param.type is ValueType.CHOICE:
        return _choice(text, param.choices)
    if param.type in {ValueType.FILE, ValueType.PATH}:
        return _path(text, folder or Path(), must_exist=param.type is ValueType.FILE)
    return _PARSERS[param.type](_readable(text))


def complete_params(command: Command, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` with the defaults of everything that was not said."""
    return {param.keyword: given.get(param.keyword, _default(param)) for param in command.params}


def command_line(command: Command, params: Mapping[str, Any]) -> list[str]:
    """The words that mean `command` with `params`: what a person would type after “kit”."""
    words = command.name.split()
    last: list[str] = []
    for param in command.params:
        value = params.get(param.keyword, _default(param))
        if value == _default(param) or value is None or value is False:
            continue
        texts = [spell_value(item) for item in (value if param.many else (value,))]
        if param.positional:
            last += texts
        elif param.type is ValueType.FLAG:
            words.append(f"--{param.name}")
        else:
            words += [word for text in texts for word in (f"--{param.name}", text)]
    return words + last


def spell_value(value: Any) -> str:
    """`value` as `parse_value` reads it back."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, timedelta):
        return f"{plain(Decimal(str(value.total_seconds())))}s"
    return value.isoformat() if isinstance(value, date) else str(value)


def _default(param: Param) -> Any:
    if param.default is None and param.many:
        return ()
    if param.default is None and param.type is ValueType.FLAG:
        return False
    return param.default


def _readable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("This is no text: some of its bytes are not UTF-8.", next_step="Type it again.") from None
    return text


def _text(text: str) -> str:
    return text


def _word(text: str) -> str:
    cleaned = text.strip()
    if not cleaned:
        raise UsageError("A name is missing.", next_step="The value given is empty.")
    return cleaned


def _integer(text: str) -> int:
    cleaned = text.strip().replace(",", "").replace("_", "")
    if not re.fullmatch(r"[+-]?\d{1,18}", cleaned, re.ASCII):
        raise UsageError(f"“{text}” is not a whole number.", next_step="Write it like 30.")
    return int(cleaned)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip()) if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()) else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> date:
    raise UsageError(f"“{text}” is not a date.", next_step="Write it as year-month-day, like 2024-01-31.")


def _asset(text: str) -> str:
    if not _ASSET.fullmatch(text.strip()):
        raise UsageError(f"“{text}” is not the name of an asset.", next_step="Write its symbol, like BTC.")
    return text.strip().upper()


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3,5}", text.strip(), re.ASCII):
        raise UsageError(f"“{text}” is not a currency.", next_step="Write its code, like USD or EUR.")
    return text.strip().upper()


def _flag(text: str) -> bool:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.strip().lower() not in known:
        raise UsageError(f"“{text}” is neither yes nor no.")
    return known[text.strip().lower()]


def _choice(text: str, choices: tuple[str, ...]) -> str:
    folded = {choice.casefold(): choice for choice in choices}
    if text.strip().casefold() in folded:
        return folded[text.strip().casefold()]
    listed = ", ".join(choices)
    near = did_you_mean(text.strip(), choices)
    hint = near if near and near.startswith("Did") else None
    raise UsageError(f"“{text}” is not one of {listed}.", next_step=hint)


def _path(text: str, folder: Path, *, must_exist: bool) -> Path:
    if not text or "\0" in text:
        raise UsageError("A file name is missing." if not text else f"“{text}” is not a file name.")
    try:
        path = folder / Path(text).expanduser()
        missing = must_exist and not path.exists()
    except (OSError, RuntimeError) as fault:
        raise UsageError(f"“{text}” cannot be used as a file: {fault}.") from None
    if missing:
        raise UsageError(f"There is no file “{text}”.", next_step="Check its name and folder.")
    return path


_PARSERS: dict[ValueType, Callable[[str], Any]] = {
    ValueType.TEXT: _text,
    ValueType.INTEGER: _integer,
    ValueType.AMOUNT: parse_amount,
    ValueType.RATIO: parse_ratio,
    ValueType.DURATION: parse_duration,
    ValueType.DATE: _date,
    ValueType.ASSET: _asset,
    ValueType.ACCOUNT: _word,
    ValueType.CURRENCY: _currency,
    ValueType.PLUGIN: _word,
    ValueType.FLAG: _flag,
}
