"""Rules outlive processes: state, numbers, crossings while nobody looked, rules in config.json, commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from kit_alerts.store.rules import Rules
from kit_alerts.watching import look_once

from kit import Heading

if TYPE_CHECKING:
    from tests.alerts.conftest import Desk

    Make = Callable[..., Desk]


def test_the_state_survives_a_restart(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat")
    at.look()
    assert at.look(total=201).fired == (1,)
    at.begin_anew()
    assert at.look(total=202).fired == ()
    at.look(total=100)
    at.begin_anew()
    assert at.look(total=201).fired == (1,)
    assert [each.key for each in at.told()] == ["alert:1:1", "alert:1:2"]


def test_a_crossing_while_nobody_looked_is_told_once_and_as_such(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()
    at.begin_anew()
    assert at.look(minutes=180, total=250).fired == (1,)
    (told,) = at.told()
    words = " ".join(str(getattr(block, "text", "")) for block in told.reply.blocks)
    assert "It crossed while K.I.T. was not running: nobody looked between 2024-06-01 12:01 UTC and" in words
    data: Any = told.reply.data
    assert data.json["while_down"] == {"since": "2024-06-01T12:01:00Z", "until": "2024-06-01T15:01:00Z"}
    at.begin_anew()
    assert at.look(total=260).fired == ()


def test_it_is_told_as_such_also_when_the_data_came_later(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()
    at.begin_anew()
    at.look(minutes=180, total={"doubt": "The price is 3 h old."})
    at.look(total=250)
    data: Any = at.told()[0].reply.data
    assert data.json["while_down"]["since"] == "2024-06-01T12:01:00Z"


def test_a_crossing_while_somebody_looked_is_no_such_thing(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()
    at.look(minutes=4, total=250)
    data: Any = at.told()[0].reply.data
    assert data.json["while_down"] is None


def test_a_crossing_while_the_computer_slept_is_told_as_such(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat")
    at.look()
    at.look(minutes=480, total=250)
    at.look(total=100)
    at.look(total=250)
    first, second = (cast("Any", each.reply.data).json["while_down"] for each in at.told())
    assert first == {"since": "2024-06-01T12:01:00Z", "until": "2024-06-01T20:01:00Z"}
    assert second is None


def test_a_process_that_dies_between_telling_and_writing_tells_once(
    desk: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Rules, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            at.look(total=201)
    at.begin_anew()
    assert at.look(total=202).fired == (1,)
    assert [each.key for each in at.told()] == ["alert:1:1"]


def test_a_store_that_fails_once_loses_no_crossing(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()

    def fails(*_: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(at.host.services), "notify", fails)
        with pytest.raises(RuntimeError):
            at.look(total=201)
    assert at.look(total=202).fired == (1,)


def test_a_rule_made_while_somebody_looks_is_looked_at_from_then_on(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look()
    at.kit("alert basket total above 150")
    at.look()
    assert at.look(total=170).fired == (2,)
    at.kit("alerts remove 1")
    assert at.look(total=300).fired == ()


def test_a_rule_that_was_edited_begins_anew_and_counts_on(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat --cooldown 1h")
    at.look()
    at.look(total=250)
    assert "total above 300" in at.kit("alerts edit 1 total above 300 --note more --hours 8-22").replace(
        "€300.00", "300"
    )
    assert [bool(at.look(minutes=20, total=total).fired) for total in (250, 301, 301)] == [False, False, True]
    assert [each.key for each in at.told()] == ["alert:1:1", "alert:1:2"]
    assert "once" not in at.kit("alerts edit 1 --once")
    assert "repeats" not in at.kit("alerts")


def test_an_edit_that_changes_nothing_watches_no_triggered_rule_again(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.look(total=100)
    assert at.look(total=201).fired == (1,)
    for line in ("alerts edit 1", "alerts edit 1 total above 200"):
        assert "it is alert 1, triggered. Watch again: kit alerts resume 1" in " ".join(at.kit(line).split())
    assert [bool(at.look(total=total).fired) for total in (100, 201)] == [False, False]


def test_an_edit_takes_options_off_again(desk: Make) -> None:
    at = desk()
    shape = "--repeat --cooldown 1h --for 10m --hours 9-17 --days mon --expires 7d --note x --channel log"
    at.kit(f"alert basket total above 200 {shape}")
    nothing = "--once --for 0m --hours '' --days '' --expires '' --note '' --channel ''"
    assert at.host.cli(f"alerts edit 1 {nothing} --json").json["data"]["options"] == ""


def test_only_the_period_of_a_rule_can_be_edited(desk: Make) -> None:
    at = desk()
    at.kit("alert basket change below -5%", code=3)
    at.host.cli("alerts edit 1 --period 7d")
    assert at.host.cli("alerts --json").json["data"][0]["rule"] == "basket change below -5% over 7d"


def test_numbers_are_never_used_again(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.kit("alerts remove --all")
    assert "Alert 2 is set" in at.kit("alert basket total above 200")


def test_rules_about_an_asset_are_removed_together(desk: Make) -> None:
    at = desk()
    for line in ("basket share of BTC above 70%", "BTC/USDT price above 70k", "basket share of ETH above 5%"):
        at.kit(f"alert {line}", code=3)
    assert "Alerts 1, 2 are removed." in at.kit("alert remove --asset btc")
    assert [each["number"] for each in at.host.cli("alerts --json").json["data"]] == [3]


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("alerts remove", 2, "Which alerts?"),
        ("alerts remove 1 --all", 2, "Which alerts?"),
        ("alerts remove 7", 2, "There is no alert “7”."),
        ("alerts pause 🦄", 2, "“🦄” is not a whole number"),
        ("alerts snooze 1 --for NaN", 2, "“NaN” is not a duration"),
        ("alerts edit 1 --repeat --once", 2, "exclude each other"),
        ("alerts edit 1 total above -3", 2, "never goes below 0"),
        ("alerts test 9", 2, "There is no alert “9”."),
        ("alerts remove --asset DOGE", 0, "There are none to remove."),
    ],
)
def test_what_commands_say_of_what_is_not_there(desk: Make, line: str, code: int, words: str) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    assert words in at.kit(line, code=code).replace("\n", " ")


def test_a_test_is_told_like_the_real_thing_and_changes_nothing(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --note hello")
    answer = at.kit("alerts test 1")
    assert "Test: Basket total above €200.00" in answer
    assert "hello" in answer
    assert "It is told on: log." in answer
    assert [each.key.rpartition(":")[0].startswith("alert-test:1:") for each in at.told()] == [True]
    assert at.host.cli("alerts --json").json["data"][0]["fired"] == 0


def test_a_look_by_hand_tells_and_says_what_fired(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    assert "1 active alert, none fired." in at.kit("alerts check")
    at.measures(total=201)
    assert "1 active alert, alerts 1 fired." in at.kit("alerts check").replace("alert 1 fired", "alerts 1 fired")
    assert at.told()[0].receipt == "written to the log"


def test_a_look_by_hand_leaves_it_to_whoever_looks_already(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    with at.host.services.store.lock("alerts") as mine:
        assert mine
        assert look_once(at.host.services) is None
        assert "“kit start” is running" in at.kit("alerts check")
        assert "Nobody looks" not in at.kit("alerts")


def test_statistics_count_what_fired(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat")
    at.kit("alert basket total above 900")
    for total in (100, 201, 100, 201.5):
        at.look(minutes=60 * 24 * 5, total=total)
    first, second = at.host.cli("alerts stats --json").json["data"]
    assert (first["number"], first["week"], first["month"], first["fired"], first["value"]) == (1, 1, 2, 2, "201.5")
    assert (second["number"], second["fired"], second["last"]) == (2, 0, None)
    assert "Never fired: 1" in at.kit("alerts stats")
    assert at.host.cli("alerts stats --format csv").code == 0


def test_suggestions_leave_out_what_there_is_already(desk: Make) -> None:
    at = desk()
    assert at.host.cli("alerts suggest --json").json["data"] == [
        {"rule": "basket total above 500", "reason": "why not"}
    ]
    at.kit("alert basket total above 500")
    assert at.host.cli("alerts suggest --json").json["data"] == []


def test_rules_in_the_config_have_numbers_and_standings_like_others(desk: Make) -> None:
    at = desk(
        rules=[
            {"when": "basket total above 200", "priority": "normal", "note": "from the file"},
            {"when": "basket change -5% over 7d", "repeat": True, "cooldown": "1h", "for": "10m", "hours": "9-17"},
        ]
    )
    shown = at.host.cli("alerts --json").json["data"]
    assert [(each["rule"], each["options"]) for each in shown] == [
        ("basket total above 200", "normal, “from the file”"),
        ("basket change below -5% over 7d", "repeats, cooldown 1 h, for 10 min, 9-17"),
    ]
    at.look()
    assert at.look(total=201).fired == (1,)
    assert at.told()[0].reply.blocks[0] == Heading("Basket total above €200.00", "🔔")
    assert "stand in config.json" in at.kit("alerts remove 1", code=3)
    assert "stands in config.json" in at.kit("alerts edit 1 total above 5", code=2)
    assert at.host.cli("alerts --json").json["data"][0]["state"] == "triggered"


def test_a_rule_that_leaves_the_config_is_gone_and_the_others_stay_as_they_are(desk: Make) -> None:
    at = desk(rules=[{"when": "basket total above 200"}, {"when": "basket total below 50"}])
    at.kit("alert basket total above 300")
    at.host.cli("alerts")
    file = at.host.home / "config.json"
    config = json.loads(file.read_text())
    config["skills"]["alerts"]["rules"] = [{"when": "basket total below 50"}]
    file.write_text(json.dumps(config), encoding="utf-8")
    shown = at.host.cli("alerts --json").json["data"]
    assert [(each["rule"], each["in_config"]) for each in shown] == [
        ("basket total above 300", False),
        ("basket total below 50", True),
    ]


def test_a_rule_in_the_config_that_is_none_is_a_problem_and_stops_no_other(desk: Make) -> None:
    at = desk(rules=[{"when": "basket totl above 200"}, {"when": "basket total below 50"}, {"when": 'basket "total'}])
    assert [each["rule"] for each in at.host.cli("alerts --json").json["data"]] == ["basket total below 50"]
    found = [each.what for each in at.host.problems() if each.key.startswith("alerts:config:")]
    assert len(found) == 2
    assert "The alert “basket totl above 200” in config.json is no rule" in "".join(found)


def test_a_rule_in_the_config_may_be_copied_from_a_command_line(desk: Make) -> None:
    at = desk(rules=[{"when": "basket --asset BTC --share-above=70%"}, {"when": "basket --change −5% --period 7d"}])
    assert [each["rule"] for each in at.host.cli("alerts --json").json["data"]] == [
        "basket share of BTC above 70%",
        "basket change below -5% over 7d",
    ]


def test_a_rule_in_the_config_ends_on_a_day_and_stays_the_same_rule(desk: Make) -> None:
    at = desk(
        rules=[
            {"when": "basket total above 200", "expires": "2030-01-31"},
            {"when": "basket total below 50", "expires": "30d"},
        ]
    )
    assert [each["number"] for each in at.host.cli("alerts --json").json["data"]] == [1]
    (problem,) = at.host.problems()
    assert "“30d” is no day." in problem.what
    at.look()
    assert at.look(total=201).fired == (1,)


def test_a_rule_in_the_config_whose_day_is_over_is_expired_and_no_problem(desk: Make) -> None:
    at = desk(rules=[{"when": "basket total above 200", "expires": "2024-06-02"}])
    at.kit("alerts")
    at.host.clock.advance(timedelta(days=3))
    (row,) = at.host.cli("alerts --json").json["data"]
    assert (row["number"], row["state"]) == (1, "expired")
    assert at.host.problems() == []


@pytest.mark.parametrize(
    "settings",
    [{"rules": [{"repeat": True}]}, {"interval": 0}, {"hysteresis": 0}, {"hysteresis": 2}, {"rules": [{"when": ""}]}],
)
def test_settings_that_make_no_sense_are_refused_by_the_check(desk: Make, settings: dict[str, Any]) -> None:
    at = desk(**settings)
    assert at.host.cli("config check").code == 1


def test_kit_status_says_how_many_there_are(desk: Make) -> None:
    at = desk()
    assert "Alerts" not in at.kit("status")
    at.kit("alert basket total above 200")
    at.kit("alert basket total above 300")
    at.kit("alerts pause 2")
    assert "Alerts: 1 of 2 active\n" in at.kit("status")
    at.look(total={"doubt": "There is no price of NOBODY."})
    assert "Alerts: 1 of 2 active, some wait for data they can trust (see “kit alerts”)" in at.kit("status")
    at.look(total=100)
    assert "wait" not in at.kit("status")


def test_the_time_of_the_last_look_is_written_at_least_every_minute(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    rules = Rules(at.host.services.store)
    for _ in range(20):
        at.look(minutes=0.5)
        looked_at = rules.looked_at()
        assert looked_at is not None
        assert at.host.clock.now() - looked_at <= timedelta(minutes=1)


def test_what_no_rule_waits_for_any_more_is_not_measured_any_more(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200")
    at.kit("alert basket gain above 5 --expires 1d", code=3)
    assert at.look(total=100, gain=1).measured == 2
    assert at.look(total=201, gain=1).fired == (1,)
    assert at.look().measured == 1
    assert at.look(minutes=60 * 25).measured == 0


def test_the_doctor_says_when_nobody_has_looked_for_long(desk: Make) -> None:
    at = desk()
    assert "none active" in at.host.cli("doctor").out
    at.kit("alert basket total above 200")
    assert "1 active" in at.host.cli("doctor").out
    at.host.clock.advance(timedelta(hours=3))
    assert "Nobody has looked at your alerts for 3 h." in at.host.cli("doctor").out
    at.look()
    assert "Nobody has looked" not in at.host.cli("doctor").out


@pytest.mark.parametrize("line", ["alert basket change -5% --repeet", "alert basket change -5% --repeat=yes"])
def test_a_figure_below_zero_hides_no_misspelt_option(desk: Make, line: str) -> None:
    at = desk()
    assert "--repe" in at.kit(line, code=2)
