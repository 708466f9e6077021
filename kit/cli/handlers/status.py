"""`kit` and `kit status`: how this installation is doing, at a glance, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import __version__
from ...errors import KitError
from ...problems import Problem, Severity
from ...replies import Heading, Metric, Metrics, Notice, Reply, Text

if TYPE_CHECKING:
    from ...host import Host
    from ...host.health import Clockwork

_DEMO = "kit demo                a portfolio of sample data, to look around"
_INIT = "kit init                write a config.json, asking a few questions"
_OWN = """\
kit exchanges add NAME  connect an exchange, with a key that may only read
kit import FILE         read an exchange's export"""


def status(host: Host) -> Reply:
    """One screen that never fails: what cannot be told says why."""
    lines = host.call("kit_status", services=host)
    problems, trouble = _problems(host)
    rows = host.table.rows
    works = sum(1 for _ in host.table.loaded())
    facts: dict[str, str | int] = {
        "version": __version__,
        "home": str(host.home),
        "config": _config(host),
        "plugins": f"{works} of {len(rows)} loaded",
        "problems": len(problems),
    }
    said = [Metric(each.label, each.text) for _, each in lines]
    clockwork = _clockwork(host)
    blocks = [
        Heading(f"K.I.T. {__version__}", "📊", rule=True),
        Metrics(
            (
                Metric("Home", facts["home"]),
                Metric("Config", facts["config"]),
                Metric("Plugins", facts["plugins"]),
                *said,
                *(clockwork.lines() if clockwork else ()),
                Metric("Problems", facts["problems"], note="see “kit problems”" if problems else ""),
            )
        ),
        *([Notice(trouble, Severity.ERROR, "Run “kit doctor”.")] if trouble else ()),
    ]
    if _is_new(host):
        blocks += [Heading("Start here", "👉"), Text(_first_steps(host), code=True)]
    data: dict[str, object] = {
        **facts,
        "lines": [{"plugin": name, "label": each.label, "text": each.text} for name, each in lines],
    }
    if clockwork is not None:
        data |= {"resident": clockwork.resident, "jobs": clockwork.jobs, "streams": clockwork.streams}
    return Reply(data, tuple(blocks))


def _clockwork(host: Host) -> Clockwork | None:
    """What is done by the clock; None where nothing is, or where the store cannot say."""
    if not _may_have_a_store(host):
        return None
    from ...host.health import clockwork

    try:
        found = clockwork(host)
    except KitError:
        return None  # the problems say why
    return found if found.jobs or found.streams else None


def _may_have_a_store(host: Host) -> bool:
    return host.config.path.exists() or (host.home / "data").exists()


def _config(host: Host) -> str:
    wrong = sum(1 for finding in host.config.findings if Severity(finding.severity) is Severity.ERROR)
    if wrong:
        return f"{wrong} {'error' if wrong == 1 else 'errors'}, see “kit config check”"
    return str(host.config.path) if host.config.path.exists() else "none yet, the defaults hold"


def _problems(host: Host) -> tuple[list[Problem], str]:
    from ...host.problems import HostProblems

    log = HostProblems(host)
    if not _may_have_a_store(host):
        return log.present(), ""  # a new home has no store that could know of any
    try:
        return log.open(), ""
    except KitError as error:
        return log.present(), str(error)


def _first_steps(host: Host) -> str:
    return "\n".join((_DEMO, _OWN) if host.config.path.exists() else (_DEMO, _INIT, _OWN))


def _is_new(host: Host) -> bool:
    return not (host.home / "data").exists()
