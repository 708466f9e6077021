"""`kit exchanges add`: an account's credentials asked for, tried out, and kept by reference.

Nothing is kept before the venue has accepted the key, and nothing of a key that can withdraw unless its
owner says so. No secret stands on a command line: it is typed without echo, or it comes from the
environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...config import keeping
from ...errors import ClockSkew, ExchangeError, KitError, UnknownName, UsageError
from ...market import ExchangeType
from ...problems import Severity
from ...replies import Heading, Metric, Metrics, Notice, Reply
from ..credentials import Given, given_now, left_in_variables
from .exchanges import ALLOWED, refuse_name, used_elsewhere

if TYPE_CHECKING:
    from ...host import Host
    from ...host.probing import Probe


def add(
    host: Host,
    *,
    name: str,
    type: str | None,  # noqa: A002 - the option is called so
    allow_withdraw_key: bool,
    replace: bool,
    env: bool,
    no_probe: bool,
) -> Reply:
    """Connect an account. Exit code 1 where the venue does not accept the key; nothing is kept then."""
    refuse_name(name)
    before = _present(host, name)
    kind = _venue(host, name, type or before.get("type"))
    if any(credential.key in before for credential in kind.credentials) and not replace:
        raise UsageError(f"The account “{name}” has its keys already.", next_step="Add --replace to give it new ones.")
    if name in (host.config.value("exchanges") or {}) and not kind.credentials and not replace:
        raise UsageError(f"There is an account “{name}” already.", next_step="Choose another name.")
    given = left_in_variables(name, kind.credentials, host.env) if env else given_now(kind.credentials, host.env)
    rest = {key: value for key, value in before.items() if key not in {each.key for each in kind.credentials}}
    refused = {ALLOWED: False} if rest.get(ALLOWED) else {}
    account = {**rest, "type": kind.name, **refused, **_accepting(host, kind, allow_withdraw_key)}
    probe = _tried(host, name, {**account, **given.values}, given, kind) if kind.networked and not no_probe else None
    if probe is not None:
        _refuse_withdrawing(probe, name, allow=allow_withdraw_key)
        if probe.error is not None and not _wanted_all_the_same(probe.error, name):
            raise _nothing_kept(probe.error) from None
    written = _kept(host, name, kind, given, account)
    for _, place in keeping.references(before):
        if place not in written.values() and not used_elsewhere(host, name, place):
            keeping.forget(host.home, place)
    return _told(host, name, kind, written=written, probe=probe, hints=given.hints)


def _present(host: Host, name: str) -> Mapping[str, Any]:
    """What config.json says of the account so far."""
    found = (host.config.value("exchanges") or {}).get(name, {})
    return found if isinstance(found, Mapping) else {}


def _venue(host: Host, name: str, wanted: str | None) -> ExchangeType:
    from ..asking import asked, is_asked

    types = {kind.name: kind for kind in host.exchange_types()}
    if wanted is None and name in types:
        wanted = name
    if wanted is None:
        from ...errors import did_you_mean

        near = did_you_mean(name, types)
        if not is_asked():
            hint = f"{near} Else say where it is: --type kraken" if near else "Say where it is: --type kraken"
            raise UsageError(f"“{name}” is no venue.", next_step=hint)
        wanted = asked(f"Venue of “{name}” (like binance, kraken, metatrader)")
    if wanted not in types:
        raise UnknownName("venue", wanted, types)
    return types[wanted]


def _accepting(host: Host, kind: ExchangeType, allowed: bool) -> dict[str, Any]:
    """The setting by which the account's plugin accepts a key that can withdraw, where it has one."""
    from ...config.schema import model, model_schema

    if not allowed or kind.settings is None:
        return {}
    return {ALLOWED: True} if ALLOWED in model_schema(model(kind.settings)).get("properties", {}) else {}


def _tried(host: Host, name: str, account: Mapping[str, Any], given: Given, kind: ExchangeType) -> Probe:
    from ...host.accounts import try_account
    from ...host.probing import probed

    secret = {each.key for each in kind.credentials if each.secret}
    hidden = [value for key, value in given.values.items() if key in secret]
    # A key that can withdraw has to be opened to be found out; whether it is kept is decided here.
    trial = {**account, **_accepting(host, kind, True)}
    return host.network.run(probed(name, lambda: try_account(host, name, trial), secrets=hidden))


def _refuse_withdrawing(probe: Probe, name: str, *, allow: bool) -> None:
    if probe.permissions is not None and probe.permissions.withdraw and not allow:
        raise KitError(
            f"This key can withdraw: whoever gets it can empty the account “{name}”. Nothing was kept.",
            next_step="Make a key at the venue that may only read. To keep this one: --allow-withdraw-key",
        )


def _wanted_all_the_same(error: KitError, name: str) -> bool:
    """Whether a key that could not be tried is to be kept. One that the venue refused never is."""
    from ..asking import agreed, is_asked

    if not _is_untried(error) or not is_asked():
        return False
    return agreed(f"{error} What the key may do is unknown. Keep the account “{name}” all the same?")


def _nothing_kept(error: KitError) -> KitError:
    steps = [error.next_step or "", "To keep the key untried: --no-probe" if _is_untried(error) else ""]
    error.message = f"{error.message} Nothing was kept."
    error.next_step = " ".join(filter(None, steps)) or None
    return error


def _is_untried(error: KitError) -> bool:
    """Whether the venue has not judged the key at all."""
    return isinstance(error, ClockSkew) or (isinstance(error, ExchangeError) and error.transient)


def _kept(host: Host, name: str, kind: ExchangeType, given: Given, account: Mapping[str, Any]) -> Mapping[str, Any]:
    """The secrets put away and the account written; neither where one fails. What was written, by key."""
    from ...config.editing import change_file, put

    written: dict[str, Any] = {key: value for key, value in account.items() if key in {"type", ALLOWED}}
    secret = {each.key for each in kind.credentials if each.secret}
    try:
        for key, value in given.values.items():
            if key in given.references:
                written[key] = dict(given.references[key])
            else:
                written[key] = keeping.keep(host.home, name, key, value) if key in secret else value
        change_file(host.config.path, *(put(("exchanges", name, key), value) for key, value in written.items()))
    except BaseException:
        for _, place in keeping.references(written):
            keeping.forget(host.home, place)
        raise
    return written


def _told(
    host: Host, name: str, kind: ExchangeType, *, written: Mapping[str, Any], probe: Probe | None, hints: Sequence[str]
) -> Reply:
    from ...host.acquaintance import note
    from ...host.probing import permissions_in_words

    places = sorted({keeping.parts(place)[0] for _, place in keeping.references(written)})
    metrics = [Metric("Venue", kind.label), *(Metric("Keys", _PLACES[place]) for place in places)]
    if probe is not None:
        note(host.home, host.clock.now(), probe)
        if probe.assets is not None:
            metrics.append(Metric("Assets", probe.assets))
        if probe.permissions is not None:
            metrics.append(Metric("The key", permissions_in_words(probe.permissions)))
    data = {
        "account": name,
        "type": kind.name,
        "keys": dict(keeping.references(written)),
        "permissions": probe.permissions if probe is not None else None,
        "assets": probe.assets if probe is not None else None,
        "tried": probe is not None and probe.error is None,
    }
    notices = [*(Notice(hint, Severity.WARNING) for hint in hints), *_notices(name, kind, probe)]
    return Reply(data, (Heading(f"Connected {name}", "🔗"), Metrics(tuple(metrics)), *notices))


def _notices(name: str, kind: ExchangeType, probe: Probe | None) -> Iterator[Notice]:
    """What must be known of the key."""
    if probe is None:
        if kind.networked:
            yield Notice("The key has not been tried.", Severity.WARNING, f"Try it: kit exchanges test {name}")
        return
    if probe.error is not None:
        yield Notice(probe.error.message, Severity.WARNING, f"Try it again: kit exchanges test {name}")
    may = probe.permissions
    if kind.credentials and (may is None or may.withdraw is None):
        said = "Whether this key can withdraw is not known."
        yield Notice(said, Severity.WARNING, "See at the venue that it may only read.")
    if may is not None and may.trade:
        yield Notice("The key may trade; K.I.T. does not trade until trading is enabled.")
    if may is not None and may.withdraw:
        yield Notice("The key can withdraw. Better make one that cannot.", Severity.WARNING)


_PLACES = {
    "keyring": "in the system's keyring",
    "file": "in files that only you can read (folder secrets)",
    "env": "in environment variables",
}
