"""Every hook is documented, says when it fires, and is implemented by some test or bundled plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import hookspecs

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("hook", hookspecs.HOOKS)
def test_the_page_on_plugins_has_it(hook: str) -> None:
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    assert f"`{hook}(" in page


@pytest.mark.parametrize("hook", hookspecs.HOOKS)
def test_its_docstring_says_when_it_fires(hook: str) -> None:
    assert "Fires " in (getattr(hookspecs, hook).__doc__ or "")


def test_the_list_of_hooks_is_whole() -> None:
    assert sorted(name for name in vars(hookspecs) if name.startswith("kit_")) == sorted(hookspecs.HOOKS)


@pytest.mark.parametrize("hook", hookspecs.HOOKS)
def test_it_is_tried_in_a_test(hook: str) -> None:
    own = Path(__file__)
    tests = (file for file in (ROOT / "tests").rglob("*.py") if file != own)
    assert any(hook in file.read_text(encoding="utf-8") for file in tests)
