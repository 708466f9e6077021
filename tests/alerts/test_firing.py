"""When rules fire: on crossing, once, and never on doubtful data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kit import Action, Actions, Invocation, Priority, render_text

if TYPE_CHECKING:
    from tests.alerts.conftest import Desk

    Make = Callable[..., Desk]


def fires(desk: Desk, *totals: float, minutes: float = 1) -> list[int]:
    """Which of the looks fired, by their place."""
    return [place for place, total in enumerate(totals) if desk.look(minutes, total=total).fired]


def test_it_fires_when_the_value_crosses_and_not_as_long_as_it_is_beyond(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat")
    assert fires(at, 100, 200, 201, 300, 250, 202) == [2]


def test_without_repeat_it_fires_once(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    assert fires(at, 100, 201, 100, 201, 100, 201) == [1]
    assert "triggered" in at.kit("alerts")
    assert "Watch again: kit alerts resume 1" in at.kit("alert basket total above 200")
    at.kit("alerts resume 1")
    assert fires(at, 300, 100, 201) == [2]


def test_what_holds_when_a_rule_is_made_is_no_crossing(desk: Make) -> None:
    at = desk()
    assert "This is so already" in at.kit("alert basket total above 50")
    assert fires(at, 100, 120, 40, 60) == [3]


def test_one_that_trembles_on_its_threshold_tells_once(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat")
    assert fires(at, 100, 201, 199, 201, 199, 201, 197, 201) == [1, 7]


def test_below_is_the_mirror_of_above(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total below 50 --repeat")
    assert fires(at, 100, 50, 49, 50.4, 49, 51, 49) == [2, 6]


def test_at_is_reached_from_either_side(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total at 200 --repeat")
    assert fires(at, 100, 200, 201, 199, 198, 196, 201, 203) == [1, 4, 7]


def test_reaching_a_value_exactly_is_not_beyond_it(desk: Make) -> None:
    at = desk()
    at.kit("alert basket gain below -100", code=3)
    assert [bool(at.look(gain=value).fired) for value in (0, -100, -100.01)] == [False, False, True]


def test_all_conditions_must_hold(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 and change above 5% --repeat", code=3)
    looks = [(201, 0.01), (201, 0.06), (100, 0.06), (201, 0.06), (300, 0.2)]
    assert [bool(at.look(total=total, change=change).fired) for total, change in looks] == [
        False,
        True,
        False,
        True,
        False,
    ]


def test_a_share_moves_when_the_rest_of_the_portfolio_does(desk: Make) -> None:
    at = desk()
    at.kit("alert basket share of BTC above 70%", code=3)
    looks = [{"total": 100, "share__BTC": 60}, {"total": 80, "share__BTC": 60}]
    assert [bool(at.look(**each).fired) for each in looks] == [False, True]


def test_an_event_fires_when_it_comes(desk: Make) -> None:
    at = desk()
    at.kit('alert BTC/USDT pattern "bullish engulfing" --repeat', code=3)
    name = "pattern__BTC_over_USDT__bullish__engulfing"
    assert [bool(at.look(**{name: value}).fired) for value in (0, 1, 1, 0, 1)] == [False, True, False, False, True]


def test_a_cooldown_keeps_it_quiet(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat --cooldown 1h")
    assert fires(at, 100, 201, 100, 201, 100, minutes=10) == [1]
    assert fires(at, 100, 201, minutes=30) == [1]


def test_a_crossing_within_the_cooldown_is_told_after_it_if_it_still_holds(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat --cooldown 1h")
    assert fires(at, 100, 201, 100, 201, 202, 203, minutes=20) == [1, 4]


def test_it_has_to_hold_for_a_while(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --for 10m --repeat")
    assert fires(at, 100, 201, 201, 100, 201, 201, 201, minutes=4) == []
    assert fires(at, 201, minutes=4) == [0]


def test_only_in_its_hours_and_then_if_it_still_holds(desk: Make) -> None:
    at = desk()  # 14:00 in Berlin
    at.kit("alert basket total above 200 --hours 15-17 --repeat")
    assert fires(at, 100, 201, minutes=10) == []
    assert fires(at, 201, minutes=60) == [0]


def test_only_on_its_days(desk: Make) -> None:
    at = desk()  # a Saturday
    at.kit("alert basket total above 200 --days mon-fri --repeat")
    assert fires(at, 100, 201, 202) == []
    assert fires(at, 203, minutes=60 * 34) == [0]


def test_snoozed_it_is_quiet_and_then_tells_what_still_holds(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat")
    at.look()
    at.kit("alerts snooze 1 --for 2h")
    assert fires(at, 201, 201) == []
    assert "snoozed" in at.kit("alerts")
    assert fires(at, 201, minutes=121) == [0]


def test_snoozed_for_no_time_it_is_awake_again(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.kit("alerts snooze 1")
    at.kit("alerts snooze 1 --for 0m")
    assert fires(at, 100, 201) == [1]


def test_paused_it_is_not_watched_and_resumed_it_begins_anew(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat")
    at.look()
    at.kit("alerts pause 1")
    assert fires(at, 201) == []
    at.kit("alerts resume 1")
    assert fires(at, 202, 100, 201) == [2]


def test_an_expired_rule_is_over(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --expires 7d")
    assert fires(at, 100) == []
    assert fires(at, 201, minutes=60 * 24 * 7) == []
    assert "expired" in at.kit("alerts")


@pytest.mark.parametrize("said", [{"doubt": "Kraken last answered 3 h ago."}, "down", "bug", None])
def test_nothing_fires_on_doubtful_data_and_the_doubt_is_a_problem(desk: Make, said: Any) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()
    looked = at.look(total=said)
    assert looked.fired == ()
    (problem,) = [each for each in at.host.problems() if each.key.startswith("alerts:")]
    assert "basket total" in problem.what
    assert "wait" in at.kit("alerts", code=3)
    assert at.look(total=201).fired == (1,)
    assert [each for each in at.host.problems() if each.key.startswith("alerts:")] == []


def test_a_doubt_about_one_figure_stops_no_other(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.kit("alert basket gain above 10", code=3)
    at.look(total=100, gain=0)
    assert at.look(total={"doubt": "Old."}, gain=11).fired == (2,)


def test_what_waits_for_one_reason_is_one_problem(desk: Make) -> None:
    at = desk()
    for asset in ("A", "B", "C", "D", "E"):
        at.kit(f"alert basket share of {asset} above 70%", code=3)
    at.measures(total={"doubt": "Old."}, **{f"share__{asset}": {"doubt": "Kraken is down."} for asset in "ABCDE"})
    at.look()
    (problem,) = at.host.problems()
    assert problem.what == (
        "Alerts on “basket share A”, “basket share B”, “basket share C” and 2 more wait, because nothing is concluded "
        "from doubtful data: Kraken is down."
    )


def test_another_currency_than_the_rule_was_made_in_is_a_doubt(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()
    assert at.look(total=900, currency="USD").fired == ()
    assert "It is in USD now, and a rule on it is in EUR." in at.host.problems()[0].what


def test_what_is_told_says_what_crossed_what_it_is_now_and_the_note(desk: Make) -> None:
    at = desk()
    at.kit('alert basket total above 200 --note "take <b>some</b>" --priority critical --channel log')
    at.look()
    at.look(total=250)
    (told,) = at.told()
    assert (told.key, told.priority, told.channel) == ("alert:1:1", Priority.CRITICAL, "log")
    data: Any = told.reply.data
    assert data.json["rule"] == "basket total above 200"
    assert data.json["values"][0]["value"] == "250"
    assert render_text(replace(told.reply, blocks=told.reply.blocks[:-1]), plain=True) == (
        "Basket total above €200.00\nTotal now: €250.00\n\ntake <b>some</b>\n"
    )
    assert told.reply.blocks[-1] == Actions((Action("Watch again", Invocation("alerts resume", {"numbers": (1,)})),))


def test_what_is_told_names_the_asset_of_each_share(desk: Make) -> None:
    at = desk()
    at.kit("alert basket share of BTC above 70% and share of ETH above 10%", code=3)
    for total in (200, 100):
        at.look(total=total, share__BTC=75, share__ETH=20)
    (told,) = at.told()
    assert "Share of BTC now: 75.0%\nShare of ETH now: 20.0%" in render_text(told.reply)


def test_an_alert_rings_unless_it_is_said_otherwise(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.kit("alert basket total above 201 --priority normal")
    at.look()
    at.look(total=250)
    assert [each.priority for each in at.told()] == [Priority.HIGH, Priority.NORMAL]


def test_shares_that_move_together_are_seen_together(desk: Make) -> None:
    """A new total beside an old part would be a share that never was."""
    at = desk()
    at.kit("alert basket share of A at 50% --repeat", code=3)
    at.kit("alert basket share of B at 20% --repeat", code=3)
    at.look(total=100, share__A=60, share__B=30)
    assert at.look(total=1000, share__A=600, share__B=300).fired == ()
    assert at.look(total=10, share__A=6, share__B=3).fired == ()
    assert at.look(total=10, share__A=4, share__B=3).fired == (1,)


def test_what_has_held_for_a_while_fires_on_no_doubtful_data(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --for 10m --repeat")
    assert fires(at, 100, 201) == []
    assert at.look(minutes=11, total={"doubt": "Kraken is 20 min old."}).fired == ()
    assert at.look(total=202).fired == (1,)


def test_what_waited_for_its_hours_is_measured_again_before_it_fires(desk: Make) -> None:
    at = desk()  # 14:00 in Berlin
    at.kit("alert basket total above 200 --hours 15-17")
    assert fires(at, 100, 201) == []
    assert at.look(minutes=60, total=None).fired == ()
    assert at.look(total=100).fired == ()


def test_what_waited_fires_when_it_is_so_and_not_while_it_trembles_below(desk: Make) -> None:
    at = desk()  # 14:00 in Berlin; what crossed holds until it has come back by 2
    at.kit("alert basket total above 200 --hours 15-17 --repeat")
    assert fires(at, 100, 201) == []
    assert fires(at, 199, 201, 199, minutes=60) == [1]


def test_for_a_while_means_that_it_is_so_at_the_end_of_it(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --for 10m")
    assert fires(at, 100, 201, 199, 201, 199, 201, minutes=4) == [5]


def test_both_conditions_are_so_when_a_rule_of_two_fires(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 and change above 5%", code=3)
    looks = [(201, 0.01), (199, 0.06), (199.5, 0.06), (200.5, 0.06)]
    assert [bool(at.look(total=total, change=change).fired) for total, change in looks] == [False, False, False, True]


def test_a_condition_that_cannot_be_measured_keeps_the_others_from_firing(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 and change above 5%", code=3)
    at.look(total=100, change=0.06)
    assert at.look(total=201, change={"doubt": "The close is missing."}).fired == ()
    assert at.look(total=201, change=0.01).fired == ()
    assert at.look(total=201, change=0.06).fired == (1,)
