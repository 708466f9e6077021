import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.cli.help_cache import leading_home

Process = Callable[..., subprocess.CompletedProcess[bytes]]
HEAVY = (
    "alembic", "ccxt", "click", "importlib.metadata", "json5", "jsonschema", "pluggy", "pydantic",
    "pydantic_settings", "rich", "sqlalchemy", "sqlite3", "kit_portfolio_tracker", "kit_greeter",
)  # fmt: skip
LIST_MODULES = "import sys; from kit.cli import main; main(sys.argv[1:]); print('\\n'.join(['----', *sys.modules]))"


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("words", [("--help",), ("greet", "--help"), ("config", "-h")])
def test_a_warm_help_page_imports_no_library(kit_process: Process, words: tuple[str, ...]) -> None:
    cold = kit_process(*words, python=("-c", LIST_MODULES))
    warm = kit_process(*words, python=("-c", LIST_MODULES))
    page, _, modules = warm.stdout.decode().partition("----\n")
    assert page == cold.stdout.decode().partition("----\n")[0]
    assert "Usage: kit" in page
    assert set(modules.split()) & set(HEAVY) == set()


@pytest.mark.usefixtures("unmeasured")
def test_a_command_imports_no_library_it_does_not_use(kit_process: Process) -> None:
    kit_process("greet", python=("-c", LIST_MODULES))
    warm = kit_process("greet", "--json", python=("-c", LIST_MODULES))
    answer, _, listed = warm.stdout.decode().partition("----\n")
    modules = set(listed.split())
    assert '"word": "Hello"' in answer
    assert modules & {"alembic", "ccxt", "importlib.metadata", "json5", "jsonschema", "rich", "sqlalchemy"} == set()
    assert "kit_portfolio_tracker" not in modules


def test_pages_follow_the_width_and_the_plugins(kit_process: Process, env: dict[str, str]) -> None:
    wide = kit_process("--help", COLUMNS="100").stdout
    assert kit_process("--help", COLUMNS="40").stdout != wide
    assert kit_process("--help", COLUMNS="100").stdout == wide
    assert b"  greet " in wide
    assert b"  greet " not in kit_process("--help", COLUMNS="100", KIT_LOAD_PLUGINS="").stdout
    assert kit_process("--help", COLUMNS="100").stdout == wide


def test_a_damaged_page_is_made_anew(kit_process: Process, env: dict[str, str]) -> None:
    page = kit_process("--help").stdout
    for kept in (Path(env["KIT_CACHE"]) / "help").iterdir():
        kept.write_bytes(b"\xff\xfe")
    assert kit_process("--help").stdout == page


def test_the_home_before_the_command_is_found() -> None:
    assert leading_home(["--home", "x", "status"]) == "x"
    assert leading_home(["--json", "--home=x"]) == "x"
    assert leading_home(["status", "--home", "x"]) is None
    assert leading_home(["--home"]) is None
    assert leading_home(["--home="]) is None
    assert leading_home([]) is None
