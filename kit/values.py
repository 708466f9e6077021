"""What the words of a command mean: text to the value of a parameter's type, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from .commands import Command, Param, ValueType
from .errors import UnknownName, UsageError, did_you_mean
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


def parse_words(command: Command, words: Sequence[str]) -> dict[str, Any]:
    """The parameters that these words behind the command's name say, as `command_line` spells them: its reverse.

    A flag may be said without its dashes where nothing is given by place. Raises UsageError.
    """
    given: dict[str, list[str]] = {}
    by_place = [param for param in command.params if param.positional]
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.lstrip("-").partition("=")
        dashed = word.startswith("--")
        param = next((each for each in command.params if each.name == name and not each.positional), None)
        if dashed and param is None:
            known = [f"--{each.name}" for each in command.params if not each.positional]
            raise UnknownName(f"option of “{command.name}”", f"--{name}", known)
        if param is not None and (dashed or (param.type is ValueType.FLAG and not by_place)):
            if param.type is not ValueType.FLAG and not equals and not rest:
                raise UsageError(f"“--{name}” has no value.", next_step=_usage(command))
            said = value if equals else "true" if param.type is ValueType.FLAG else rest.pop(0)
        elif by_place:
            param, said = by_place[0], word
            by_place = by_place if param.many else by_place[1:]
        else:
            raise UsageError(f"“{command.name}” does not take “{word}”.", next_step=_usage(command))
        given.setdefault(param.keyword, []).append(said)
    return {param.keyword: _parsed(command, param, given[param.keyword]) for param in _said(command, given)}


def _said(command: Command, given: Mapping[str, Any]) -> list[Param]:
    """The parameters that were said. Raises UsageError where one is missing."""
    for param in command.params:
        if param.required and param.keyword not in given:
            raise UsageError(f"“{command.name}” needs {_spelt(param)}.", next_step=_usage(command))
    return [param for param in command.params if param.keyword in given]


def _parsed(command: Command, param: Param, texts: list[str]) -> Any:
    if param.many:
        return tuple(parse_value(param, text) for text in texts)
    if len(texts) > 1:
        raise UsageError(f"“--{param.name}” is said twice.", next_step=_usage(command))
    return parse_value(param, texts[0])


def _usage(command: Command) -> str:
    places = [_spelt(param) for param in command.params if param.positional]
    options = [f"--{param.name}" for param in command.params if not param.positional]
    said = " ".join([command.name, *places])
    return f"Say: {said} {' '.join(f'[{each}]' for each in options)}".rstrip()


def _spelt(param: Param) -> str:
    return param.name.upper() if param.positional else f"--{param.name}"


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
        raise UsageError("A name is missing: what was given is empty.", next_step="Write one.")
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
        raise UsageError(f"“{text}” is neither yes nor no.", next_step="Write yes or no.")
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
        what = "A file name is missing." if not text else f"“{text}” is not a file name."
        raise UsageError(what, next_step="Write one like prices.csv.")
    try:
        path = folder / Path(text).expanduser()
        missing = must_exist and not path.exists()
    except (OSError, RuntimeError) as fault:
        raise UsageError(f"“{text}” cannot be used as a file: {fault}.", next_step="Name another.") from None
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
