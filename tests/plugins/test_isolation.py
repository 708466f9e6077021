"""A plugin at fault takes nothing down with it, and says in one line what is wrong."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest

from .conftest import Home

Kit = Callable[..., subprocess.CompletedProcess[str]]
HEAD = "from kit import Command, SettingsSection, Status, hookimpl\n"
HOOK = HEAD + "@hookimpl\ndef kit_commands():\n    "
FAULTS = {
    "raises at import": ("raise ValueError('no luck')", "its import raised ValueError: no luck (plugin.py, line 1)"),
    "exits at import": ("import sys; sys.exit(3)", "its import raised SystemExit: 3"),
    "interrupts at import": ("raise KeyboardInterrupt", "its import raised KeyboardInterrupt"),
    "is not Python": ("def (", "its import raised SyntaxError"),
    "imports what is not there": ("import kit_nowhere", "No module named 'kit_nowhere'"),
    "raises in a hook": (HOOK + "1 / 0", "kit_commands raised ZeroDivisionError: division by zero (plugin.py, line 4)"),
    "answers None": (HOOK + "pass", "kit_commands returned rubbish: None, not a list"),
    "answers a number": (HOOK + "return 7", "kit_commands returned rubbish: a value of type int, not a list"),
    "answers strings": (HOOK + "return ['x']", "returned rubbish: a value of type str among its Commands"),
    "misspells a hook": (
        HEAD + "@hookimpl\ndef kit_comands():\n    return []",
        "unknown hook kit_comands: did you mean kit_commands",
    ),
    "takes a strange argument": (
        HEAD + "@hookimpl\ndef kit_commands(colour):\n    return []",
        "kit_commands does not fit its specification",
    ),
    "runs nothing": (
        HOOK + "return [Command('x', 'X', run='nowhere')]",
        "runs “nowhere”, which is not a “module:function”",
    ),
    "has no summary": (HOOK + "return [Command('x', '', run='a:b')]", "the command “x” has no summary"),
    "shouts its name": (HOOK + "return [Command('LOUD', 'X', run='a:b')]", "“LOUD” is not a command name"),
    "brings a command twice": (HOOK + "return [Command('x', 'X', run='a:b')] * 2", "brings the command “x” twice"),
    "takes the host's command": (
        HOOK + "return [Command('status', 'X', run='a:b')]",
        "the command “status” is the host's already",
    ),
    "takes the host's group": (
        HOOK + "return [Command('config zap', 'X', run='a:b')]",
        "begins with “config”, which is the host's",
    ),
    "takes a neighbour's command": (
        HOOK + "return [Command('good', 'X', run='a:b')]",
        "the command “good” is good's already",
    ),
    "declares a bad section": (
        HEAD + "@hookimpl\ndef kit_settings():\n    return [SettingsSection('skills.x', 'nowhere')]",
        "is not a “module:Class”",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_sets_one_plugin_aside(home: Home, fault: str) -> None:
    source, reason = FAULTS[fault]
    home.drop("good")
    home.drop("the-bad", source)
    states = home.states()
    assert states["good"] == "loaded"
    assert states["the-bad"].startswith("broken: ")
    assert reason in states["the-bad"]
    assert "\n" not in states["the-bad"]
    assert [command.name for row in home.table().loaded() for command in row.commands] == ["good"]


@pytest.mark.parametrize("fault", ["raises at import", "exits at import", "misspells a hook", "answers a number"])
def test_every_other_command_works_and_the_reason_is_one_line(home: Home, kit: Kit, fault: str) -> None:
    source, reason = FAULTS[fault]
    home.drop("good")
    home.drop("the-bad", source)
    said = kit("good", "--json")
    assert (said.returncode, json.loads(said.stdout)["data"]) == (0, {"hello": "good"})
    assert [line for line in said.stderr.splitlines() if reason in line and "the-bad" in line]
    assert len(said.stderr.splitlines()) == 1
    listed = kit("plugins", "list", "--json")
    row = next(each for each in json.loads(listed.stdout)["data"] if each["name"] == "the-bad")
    assert (listed.returncode, row["state"]) == (3, "broken")
    assert reason in row["reason"]


def test_what_a_plugin_prints_at_import_is_no_part_of_an_answer(home: Home, kit: Kit) -> None:
    home.drop("good")
    home.drop("noisy", "import sys\nprint('NOISE')\nsys.stdout.write('NOISE')\n")
    for _ in range(2):
        said = kit("good", "--json")
        assert json.loads(said.stdout)["data"] == {"hello": "good"}


def test_a_plugin_that_sleeps_is_warned_of_then_given_up(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.env["KIT_PLUGIN_TIMEOUT"] = "2,2.5"  # the good one has them, too
    home.drop("good")
    home.drop("sleepy", "import time\ntime.sleep(60)\n")
    assert home.states() == {"good": "loaded", "sleepy": "retrying: did not answer within 2.5 seconds"}
    assert capsys.readouterr().err == "Plugin sleepy is taking long to load…\n"


def test_one_that_was_given_up_is_left_alone_for_a_while(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.env["KIT_PLUGIN_TIMEOUT"] = "0.2,0.5"
    home.drop("sleepy", "import time\ntime.sleep(60)\n")
    home.states()
    capsys.readouterr()
    home.clock.advance(timedelta(minutes=4))
    assert home.states()["sleepy"].startswith("retrying")
    assert capsys.readouterr().err == ""
    home.clock.advance(timedelta(minutes=2))
    assert home.states()["sleepy"].startswith("retrying")
    assert "taking long" in capsys.readouterr().err
    home.clock.advance(timedelta(minutes=6))
    home.states()
    assert capsys.readouterr().err == "", "the second wait is twice as long"


def test_a_plugin_that_fails_later_is_set_aside_then(home: Home) -> None:
    home.drop("good", HEAD + "@hookimpl\ndef kit_status(services):\n    return [Status('Mood', 'fine')]")
    home.drop("later", HEAD + "@hookimpl\ndef kit_status(services):\n    raise TypeError('oops')")
    plugins = home.plugins()
    assert [(name, item.text) for name, item in plugins.call("kit_status", {"services": None})] == [("good", "fine")]
    assert plugins.table.row("later").reason == "kit_status raised TypeError: oops (plugin.py, line 4)"
    assert home.states()["later"].startswith("broken: kit_status raised"), "also at the next start"


def test_a_failure_with_words_for_the_user_sets_nobody_aside(home: Home) -> None:
    home.drop(
        "poor",
        "from kit import StoreError, hookimpl\n@hookimpl\ndef kit_status(services):\n    raise StoreError('No store.')",
    )
    plugins = home.plugins()
    assert plugins.call("kit_status", {"services": None}) == []
    assert plugins.troubles == {"poor": "No store."}
    assert plugins.table.row("poor").state == "loaded"


def test_half_an_answer_is_no_answer(home: Home) -> None:
    home.drop("half", HEAD + "@hookimpl\ndef kit_status(services):\n    return [Status('a', 'b'), 'rubbish']")
    assert home.plugins().call("kit_status", {"services": None}) == []


def test_a_command_of_two_words_may_not_hide_an_argument(home: Home) -> None:
    home.drop(
        "asset",
        HEAD.replace("Command", "Argument, Command", 1)
        + "@hookimpl\ndef kit_commands():\n    return [Command('asset', 'A', run='a:b', params=(Argument('name'),))]",
    )
    home.drop("btc", HOOK + "return [Command('asset btc', 'B', run='a:b')]")
    assert "would mean both" in home.states()["btc"]


def test_a_section_belongs_to_one_plugin(home: Home) -> None:
    source = HEAD + "@hookimpl\ndef kit_settings():\n    return [SettingsSection('skills.x', 'a:B')]"
    home.drop("first", source)
    home.drop("second", source)
    assert home.states() == {"first": "loaded", "second": "broken: the section “skills.x” is first's already"}
