"""Rules in both kinds of database: what was kept comes back, every field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import kit_alerts
import pytest
from kit_alerts.core.book import Standing
from kit_alerts.core.rules import Condition, Operator, Rule, Watched
from kit_alerts.core.windows import Window
from kit_alerts.store.rules import Firing, Rules

from kit import FixedClock, Migrations, Priority, Store, Unit

NOW = datetime(2024, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
BRANCH = Migrations("alerts", Path(kit_alerts.__file__).with_name("migrations"), head="alerts_0001")
RULE = Rule(
    (
        Condition(Watched("basket", "total"), Operator.BELOW, Decimal("1E-18"), Unit.MONEY, "EUR"),
        Condition(Watched("basket", "share", (("asset", "🦄"),)), Operator.ABOVE, Decimal("0.7"), Unit.RATIO),
    ),
    repeat=True,
    cooldown=timedelta(hours=1),
    lasting=timedelta(minutes=10),
    window=Window((540, 1020), (0, 4)),
    priority=Priority.CRITICAL,
    expires=NOW + timedelta(days=7),
    note="\u202eright to left\u202c, <b>bold</b>, “quotes”",
    channel="log",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def rules(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rules]:
    url = tmp_path / "kit.db" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    store = Store.open(url, [BRANCH], clock=FixedClock(NOW))
    yield Rules(store)
    store.close()


def test_a_rule_comes_back_as_it_was(rules: Rules) -> None:
    (number,) = rules.add([(RULE, "origin")], NOW)
    (kept,) = rules.all()
    assert (kept.number, kept.rule, kept.origin, kept.created, kept.paused) == (number, RULE, "origin", NOW, False)
    assert kept.standing == Standing()


def test_what_a_look_found_is_kept_together(rules: Rules) -> None:
    (number,) = rules.add([(RULE, "")], NOW)
    standing = Standing(False, [True, None], NOW, 2, NOW, None, True)
    rules.save([(number, standing)], [Firing(number, 2, NOW, "1E-18")], NOW, revision=rules.revision())
    assert rules.all()[0].standing == standing
    assert rules.firings() == [Firing(number, 2, NOW, "1E-18")]
    assert rules.looked_at() == NOW


def test_of_a_rule_that_was_changed_meanwhile_only_that_it_fired_is_kept(rules: Rules) -> None:
    (number,) = rules.add([(RULE, "")], NOW)
    before = rules.revision()
    rules.pause([number], paused=False)
    standing = Standing(False, [True, True], NOW, 1, NOW, None, True)
    rules.save([(number, standing)], [Firing(number, 1, NOW, "1")], NOW, revision=before)
    (kept,) = rules.all()
    assert (kept.standing.fired, kept.standing.last_fired) == (1, NOW)
    assert (kept.standing.done, kept.standing.holds, kept.standing.armed) == (False, [], None)


def test_every_change_is_another_revision(rules: Rules) -> None:
    seen = {rules.revision()}
    (number,) = rules.add([(RULE, "")], NOW)
    seen.add(rules.revision())
    rules.snooze([number], NOW)
    seen.add(rules.revision())
    rules.pause([number], paused=True)
    seen.add(rules.revision())
    rules.replace(number, RULE)
    seen.add(rules.revision())
    rules.remove([number])
    assert len(seen | {rules.revision()}) == 6


def test_looking_makes_no_database(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "kit.db", [BRANCH], clock=FixedClock(NOW))
    rules = Rules(store)
    assert (rules.all(), rules.firings(), rules.looked_at(), rules.revision()) == ([], [], None, "")
    assert not store.exists
