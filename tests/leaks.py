"""Nothing the suite prints, logs or writes may hold a secret: a pytest plugin.

A test takes its secrets from the fixture `secret`; those of simulated venues are known by themselves.
After each test everything that it printed and logged is searched for every secret, and the files it
wrote for its own; what K.I.T. keeps secrets in (the folder `secrets` of a home) is left out.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

_LARGEST = 20 * 2**20
_known = pytest.StashKey[set[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_known] = set()


@pytest.fixture
def secret(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes secrets that are recognised wherever they turn up: `secret("read")` is “read-…”."""

    def make(beginning: str) -> str:
        made = f"{beginning}-{secrets.token_hex(12)}"
        request.config.stash[_known].add(made)
        request.node.stash.setdefault(_known, set()).add(made)
        return made

    return make


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    known = item.config.stash[_known]
    for value in getattr(item, "funcargs", {}).values():
        hush = getattr(value, "secret", None)
        if isinstance(hush, str) and len(hush) > 12:
            known.add(hush)
    if report.when == "teardown" and report.passed and known:
        places = [*_printed(report, known), *_written(item)]
        if places:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: a secret stands in {', '.join(places)}"
    return report


def _printed(report: pytest.TestReport, known: set[str]) -> Iterator[str]:
    for title, text in report.sections:
        if any(each in text for each in known):
            yield f"“{title}”"


def _written(item: pytest.Item) -> Iterator[str]:
    mine = [each.encode() for each in item.stash.get(_known, set())]
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if not mine or not isinstance(folder, Path):
        return
    for file in folder.rglob("*"):
        if file.parent.name != "secrets" and file.is_file() and file.stat().st_size <= _LARGEST:
            content = file.read_bytes()
            if any(each in content for each in mine):
                yield str(file.relative_to(folder))
