"""What is offered where nothing fits."""

from __future__ import annotations

import pytest

from kit import Command, NoMatch
from kit.phrases import Grammar

PHRASES = {
    "portfolio": ("show my portfolio", "zeig mein Portfolio"),
    "holdings": ("[show] my holdings", "zeig meine Bestände"),
    "alerts": ("show my alerts", "which alerts (fired|have fired)"),
    "taxes": ("make my tax report", "Steuerbericht"),
    "risk": ("how risky is my portfolio", "wie riskant ist mein Portfolio"),
}
GRAMMAR = Grammar(Command(name, name, run="x:y", phrases=phrases) for name, phrases in PHRASES.items())


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("show my portfolo", "show my portfolio"),
        ("zeig mein protfolio", "zeig mein Portfolio"),
        ("my holdigns", "my holdings"),
        ("which alerts have fird", "which alerts have fired"),
        ("wie riskant ist das alles", "wie riskant ist mein Portfolio"),
        ("Steuerberricht", "Steuerbericht"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(said: str, nearest: str) -> None:
    found = GRAMMAR.match(said)
    assert isinstance(found, NoMatch)
    assert found.nearest[0] == nearest


def test_three_are_named_that_mean_different_things() -> None:
    found = GRAMMAR.match("show my portfolio and my alerts and my holdings")
    assert isinstance(found, NoMatch)
    assert sorted(found.nearest) == ["show my alerts", "show my holdings", "show my portfolio"]


@pytest.mark.parametrize("said", ["quantum chromodynamics", "أظهر محفظتي", "🙂", ""])
def test_nothing_is_named_for_what_is_near_to_nothing(said: str) -> None:
    assert GRAMMAR.match(said) == NoMatch(())
