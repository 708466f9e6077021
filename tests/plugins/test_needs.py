"""What a plugin needs, and what becomes of it where that is not there."""

from __future__ import annotations

import pytest

from .conftest import Home


@pytest.mark.parametrize(
    ("needs", "reason"),
    [
        ('kit = ">=99"', "needs kit >=99, this is 0.1.0"),
        ('kit = "soon"', "needs kit “soon”, which is no version range"),
        ('plugins = ["nobody"]', "needs nobody, which is not installed"),
        ('packages = ["no-such-thing>=1"]', "needs the package no-such-thing>=1"),
        ('packages = ["pluggy>=99"]', "needs the package pluggy>=99, installed is"),
        ('packages = ["???"]', "needs “???”, which is no requirement"),
    ],
)
def test_an_unmet_need_blocks(home: Home, needs: str, reason: str) -> None:
    home.drop("needy", "raise AssertionError('never imported')", manifest=f"[needs]\n{needs}\n")
    assert home.states()["needy"].startswith(f"blocked: {reason}")


def test_a_met_need_does_not(home: Home) -> None:
    needs = '[needs]\nkit = ">=0.1"\nplugins = ["zoo"]\npackages = ["pluggy>=1", "nothing; python_version < \'3\'"]\n'
    home.drop("apes", manifest=needs)
    home.drop("zoo")
    assert home.states() == {"apes": "loaded", "zoo": "loaded"}


def test_who_needs_a_broken_plugin_is_blocked_and_so_on(home: Home) -> None:
    home.drop("base", "1 / 0")
    home.drop("middle", manifest='[needs]\nplugins = ["base"]\n')
    home.drop("top", manifest='[needs]\nplugins = ["middle"]\n')
    states = home.states()
    assert states["middle"] == "blocked: needs base, which is broken"
    assert states["top"] == "blocked: needs middle, which is blocked"


def test_a_circle_is_blocked(home: Home) -> None:
    home.drop("hen", manifest='[needs]\nplugins = ["egg"]\n')
    home.drop("egg", manifest='[needs]\nplugins = ["hen"]\n')
    home.drop("good")
    states = home.states()
    assert states["good"] == "loaded"
    assert states["hen"].startswith("blocked: needs egg")
    assert states["egg"].startswith("blocked: needs hen")


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ("version = 1", "plugin.toml: “version” is not a text"),
        ('flavour = "x"', "plugin.toml: unknown key “flavour”"),
        ("[needs]\ncolour = 1", "plugin.toml: unknown key “needs.colour”"),
        ('[needs]\nplugins = "zoo"', "plugin.toml: “needs.plugins” is not a list of texts"),
        ("= = =", "plugin.toml is not TOML"),
    ],
)
def test_a_bad_manifest_is_told(home: Home, manifest: str, reason: str) -> None:
    source = home.drop("odd")
    (source.parents[1] / "plugin.toml").write_text(manifest, encoding="utf-8")
    assert home.states()["odd"].startswith(f"broken: {reason}")


def test_a_folder_without_manifest_is_told(home: Home) -> None:
    source = home.drop("odd")
    (source.parents[1] / "plugin.toml").unlink()
    assert home.states()["odd"] == "broken: its folder has no plugin.toml"


def test_a_plugin_brings_hooks_for_others(home: Home) -> None:
    head = "import sys\nfrom kit import hookimpl\nfrom . import lotspecs\n"
    source = f"{head}@hookimpl\ndef kit_addhooks():\n    return [lotspecs]\n"
    plugin = home.drop("lots", source)
    spec = "from kit import hookspec\n@hookspec\ndef lots_methods(year):\n    '''Ways to match lots.'''\n"
    (plugin.parent / "lotspecs.py").write_text(spec)
    fifo = "from kit import hookimpl\n@hookimpl\ndef lots_methods(year):\n    return [f'fifo {year}']\n"
    home.drop("fifo", fifo, manifest='[needs]\nplugins = ["lots"]\n')
    home.drop("stray", fifo)
    assert home.states() == {"fifo": "loaded", "lots": "loaded", "stray": "broken: unknown hook lots_methods"}
    assert home.plugins().call("lots_methods", {"year": 2024}) == [("fifo", "fifo 2024")]
