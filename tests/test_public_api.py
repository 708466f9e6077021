"""`kit` itself: what plugin authors may rely on, and that it costs nothing to import."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import kit

ROOT = Path(kit.__file__).parent
HEAVY = {
    "alembic",
    "click",
    "currency_converter",
    "importlib.metadata",
    "json5",
    "jsonschema",
    "pluggy",
    "psycopg",
    "pydantic",
    "rich",
    "sqlalchemy",
    "sqlite3",
}


@pytest.mark.parametrize("name", kit.__all__)
def test_public_name_resolves(name: str) -> None:
    assert getattr(kit, name) is not None


@pytest.mark.parametrize("name", [name for name in kit.__all__ if not name.startswith("_")])
def test_public_name_says_what_it_is(name: str) -> None:
    value = getattr(kit, name)
    if isinstance(value, type) or callable(value):
        assert (getattr(value, "__doc__", None) or "").strip(), f"kit.{name} has no docstring"


def test_type_checkers_see_the_same_names() -> None:
    """The names imported under TYPE_CHECKING are exactly those that `__getattr__` serves."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {name for name in kit.__all__ if not name.startswith("_")}


def test_public_names_are_listed_once_and_shown_by_dir() -> None:
    assert len(kit.__all__) == len(set(kit.__all__))
    assert dir(kit) == sorted(kit.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Manager'"):
        getattr(kit, "Manager")  # noqa: B009 - a name that type checkers would refuse


@pytest.mark.parametrize("line", ["import kit", "from kit import Command, Option, Reply, KitError, Money"])
def test_importing_kit_imports_nothing_heavy(line: str) -> None:
    code = f"import json, sys; before = set(sys.modules); {line}; print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(json.loads(done.stdout))
