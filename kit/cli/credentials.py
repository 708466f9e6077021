"""What an account is opened with: typed without echo, taken from the environment, or left there.

A script gives each credential as KIT_ADD_…; no secret ever stands on a command line, where the history
and every other process could see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..config.layers import shouted
from ..errors import ConfigError, UsageError
from ..market import Credential
from .asking import asked, is_asked, secret, unechoed

_SHORTEST_KEY = 8


@dataclass(frozen=True, slots=True)
class Given:
    """What an account is opened with: the values by key, and the references of those found in the environment."""

    values: Mapping[str, str]
    references: Mapping[str, Mapping[str, str]]
    hints: tuple[str, ...] = ()


def given_now(credentials: Sequence[Credential], env: Mapping[str, str]) -> Given:
    """The credentials from KIT_ADD_… variables, else typed in."""
    found = {each.key: env.get(_variable("KIT_ADD", each.key), "") for each in credentials}
    missing = [each for each in credentials if not found[each.key]]
    if missing and not is_asked():
        if not any(each.required for each in missing):
            return _cleaned(found, credentials)
        names = ", ".join(_variable("KIT_ADD", each.key) for each in missing)
        raise UsageError(
            f"There is no terminal to ask on for: {', '.join(each.label for each in missing)}.",
            next_step=f"Set {names} for this one command, or use --env.",
        )
    visible = [each for each in missing if not each.secret]
    for each in visible:
        found[each.key] = asked(each.label, None if each.required else "")
    hidden = [each for each in missing if each.secret]
    if hidden:
        with unechoed():
            for each in hidden:
                found[each.key] = secret(f"{each.label} (not shown)")
    return _cleaned(found, credentials)


def left_in_variables(account: str, credentials: Sequence[Credential], env: Mapping[str, str]) -> Given:
    """The secrets stay in environment variables; their names are kept. Raises ConfigError where one is not set."""
    secrets = {each.key: _variable(account, each.key) for each in credentials if each.secret}
    needed = [secrets[each.key] for each in credentials if each.secret and each.required]
    unset = [variable for variable in needed if not env.get(variable)]
    if unset:
        raise ConfigError(
            f"The environment does not have {', '.join(unset)}.", next_step=f"Set it: export {unset[0]}=…"
        )
    names = {key: variable for key, variable in secrets.items() if env.get(variable)}
    open_ones = [each for each in credentials if not each.secret]
    others = given_now(open_ones, env).values if open_ones else {}
    values = {key: env[variable] for key, variable in names.items()}
    return Given({**values, **others}, {key: {"env": variable} for key, variable in names.items()})


def _variable(prefix: str, key: str) -> str:
    return f"{shouted(prefix)}_{shouted(key)}"


def _cleaned(found: Mapping[str, str], credentials: Sequence[Credential]) -> Given:
    """What was typed or pasted without what does not belong to it; hints on what looks odd."""
    values, hints = {}, []
    for each in credentials:
        value = clean(found[each.key])
        if not value:
            if each.required:
                raise UsageError(f"{each.label} is empty.", next_step="Nothing was kept.")
            continue
        values[each.key] = value
        if each.secret and (odd := oddity(value)):
            hints.append(f"{each.label}: {odd}")
    return Given(values, {}, tuple(hints))


def clean(pasted: str) -> str:
    """A credential without blanks, line ends and invisible characters around it; a PEM key with its lines."""
    text = pasted.strip().strip("\ufeff\u200b\u2060").strip()
    if text.startswith("-----BEGIN"):
        return "\n".join(line.strip() for line in text.replace("\\n", "\n").splitlines() if line.strip())
    return text


def oddity(value: str) -> str:
    """What is strange about a key, without repeating it; "" where nothing is."""
    if value.startswith("-----BEGIN"):
        return "" if "-----END" in value else "the PEM key ends too early."
    if any(character.isspace() for character in value):
        return "there are blanks in it. Was more pasted than the key?"
    if not value.isascii() or not value.isprintable():
        return "there are characters in it that no key has."
    if value[:1] in "\"'" or value[-1:] in "\"'":
        return "it stands in quotes. Paste it without them."
    return "it is very short." if len(value) < _SHORTEST_KEY else ""
