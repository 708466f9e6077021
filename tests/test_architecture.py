"""Who imports whom: the layers by import-linter, what it cannot see by reading the source.

import-linter's contracts stand in pyproject.toml. The rest walks the syntax trees,
where imports inside functions count too.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from importlinter.cli import lint_imports

import kit

ROOT = Path(__file__).parents[1]
HOST = ROOT / "kit"
PLUGINS = {
    "kit_portfolio_tracker": ROOT / "skills/portfolio_tracker/kit_portfolio_tracker",
    "kit_alerts": ROOT / "skills/alerts/kit_alerts",
    "kit_exchanges": ROOT / "plugins/exchanges/kit_exchanges",
    "kit_importers": ROOT / "plugins/importers/kit_importers",
    "kit_prices": ROOT / "plugins/prices/kit_prices",
    "kit_channels": ROOT / "plugins/channels/kit_channels",
}
VALUES = (
    "errors",
    "csv_lines",
    "frozen",
    "money",
    "clock",
    "records",
    "formats",
    "market",
    "jobs",
    "schedules",
    "runs",
    "problems",
    "commands",
    "values",
    "replies",
    "home",
    "channels",
    "signals",
    "outbox",
)

# Which modules (by the beginning of their dotted name) may import a library, wherever in the file.
KNOWN_TO = {
    "sqlalchemy": (
        "kit.storage",
        "kit_portfolio_tracker.store",
        "kit_portfolio_tracker.migrations",
        "kit_alerts.store",
        "kit_alerts.migrations",
        "kit_exchanges.paper.store",
        "kit_exchanges.paper.migrations",
        "kit_channels.telegram.store",
        "kit_channels.telegram.migrations",
    ),
    "alembic": (
        "kit.storage",
        "kit_portfolio_tracker.migrations",
        "kit_alerts.migrations",
        "kit_exchanges.paper.migrations",
        "kit_channels.telegram.migrations",
    ),
    "sqlite3": ("kit.storage",),
    "psycopg": ("kit.storage",),
    "click": ("kit.cli",),
    "rich": ("kit.render", "kit.cli"),
    "pluggy": ("kit.hookspecs", "kit.plugins"),
    "json5": ("kit.config",),
    "jsonschema": ("kit.config",),
    "pydantic_settings": ("kit.config",),
    "keyring": ("kit.config",),
    "aiohttp": ("kit.network", "kit_exchanges.ccxt", "kit_exchanges.simulated", "kit_prices", "kit_channels"),
    "ccxt": ("kit_exchanges.ccxt",),
    "rpyc": ("kit_exchanges.metatrader", "kit_exchanges.simulated.metatrader"),
    "MetaTrader5": ("kit_exchanges.metatrader",),
    "telegram": ("kit_channels.telegram",),
    "vl_convert": ("kit.render.pictures",),
    "talib": ("kit_portfolio_tracker.indicators",),
    "apscheduler": ("kit.scheduling",),
    "filelock": ("kit.storage", "kit_prices"),
    "packaging": ("kit.plugins",),
    "openpyxl": ("kit_importers.workbook",),
    "numpy": ("kit_portfolio_tracker",),
    "pyxirr": ("kit_portfolio_tracker.core.money_returns",),
    "currency_converter": (),
}


class Imported(NamedTuple):
    """One import statement's target: the absolute module, the name taken from it ("" for a plain import), where."""

    module: str
    name: str
    where: str


def _modules(package: str, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        yield ".".join((package, *parts)).removesuffix(".__init__"), path


def _everything() -> Iterator[tuple[str, Path]]:
    yield from _modules("kit", HOST)
    for package, folder in PLUGINS.items():
        yield from _modules(package, folder)


def _is_type_checking(node: ast.If) -> bool:
    return ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _statements(node: ast.AST, *, checking: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """Every statement within, and whether only a type checker sees it. An expression holds none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _is_type_checking(child):
            for other in (*child.body, *child.orelse):
                seen = checking or other in child.body
                yield other, seen
                yield from _statements(other, checking=seen)
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            if isinstance(child, ast.stmt):
                yield child, checking
            yield from _statements(child, checking=checking)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _all_imports(module: str, path: Path) -> tuple[tuple[Imported, bool], ...]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    imports = []
    for node, checking in _statements(_tree(path)):
        where = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        if isinstance(node, ast.Import):
            imports += [(Imported(alias.name, "", where), checking) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            imports += [(Imported(base, alias.name, where), checking) for alias in node.names]
    return tuple(imports)


def _imports(module: str, path: Path, *, type_checking: bool = False) -> Iterator[Imported]:
    """Every import of a file, relative ones made absolute; those under TYPE_CHECKING only when asked for."""
    return (found for found, checking in _all_imports(module, path) if type_checking or not checking)


def _within(module: str, prefixes: tuple[str, ...]) -> bool:
    """Whether the module is one of these, lies inside one, or is a split of one (store → store_rows)."""
    return any(module == prefix or module.startswith((f"{prefix}.", f"{prefix}_")) for prefix in prefixes)


def test_the_layers_hold(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_values_import_the_standard_library_and_each_other() -> None:
    allowed = {f"kit.{name}" for name in VALUES}
    strangers = [
        f"{found.where} imports {found.module}"
        for name in VALUES
        for found in _imports(f"kit.{name}", HOST / f"{name}.py")
        if found.module not in allowed
        and found.module.partition(".")[0] not in sys.stdlib_module_names
        # the platform's folders: asked for only where neither --home nor KIT_HOME says
        and (name, found.module) != ("home", "platformdirs")
    ]
    assert strangers == []


@pytest.mark.parametrize("package", PLUGINS)
def test_plugins_take_only_public_names_from_kit(package: str) -> None:
    faults = []
    for module, path in _modules(package, PLUGINS[package]):
        for found in _imports(module, path, type_checking=True):
            if found.module.startswith("kit."):
                faults.append(f"{found.where} imports {found.module}, the inside of kit")
            elif found.module == "kit" and found.name not in kit.__all__:
                faults.append(f"{found.where} imports {found.name or 'kit itself'}, which is not in kit.__all__")
    assert faults == []


@pytest.mark.parametrize("package", PLUGINS)
def test_plugins_do_not_import_each_other(package: str) -> None:
    others = tuple(name for name in PLUGINS if name != package)
    faults = [
        f"{found.where} imports {found.module}"
        for module, path in _modules(package, PLUGINS[package])
        for found in _imports(module, path, type_checking=True)
        if _within(found.module, others)
    ]
    assert faults == []


def test_each_library_is_known_to_one_place() -> None:
    faults = [
        f"{found.where} imports {found.module}, known only to {', '.join(KNOWN_TO[library])}"
        for module, path in _everything()
        for found in _imports(module, path)
        if (library := found.module.partition(".")[0]) in KNOWN_TO and not _within(module, KNOWN_TO[library])
    ]
    assert faults == []


def test_every_library_imported_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    for extra in ("charts", "indicators", "keyring", "metatrader", "telegram"):
        lines += project["optional-dependencies"][extra]
    names = {re.split(r"[\[>;]", line)[0].casefold() for line in lines}
    installed = packages_distributions()
    declared = {module for module, brought_by in installed.items() if names & {name.casefold() for name in brought_by}}
    # keyring is an extra, MetaTrader5 one for Windows; pytest is there whenever kit.testing and kit.contract are used;
    # pydantic brings its core.
    declared |= {"keyring", "MetaTrader5", "pytest", "pydantic_core"}
    own = {"kit", *PLUGINS}
    undeclared = [
        f"{found.where} imports {found.module}"
        for module, path in _everything()
        for found in _imports(module, path, type_checking=True)
        if found.module.partition(".")[0] not in sys.stdlib_module_names | declared | own
    ]
    assert undeclared == []


CORE = PLUGINS["kit_portfolio_tracker"] / "core"
CORE_MODULES = [path.stem for path in sorted(CORE.glob("*.py")) if path.stem != "__init__"]
PURE = {"__future__", "bisect", "collections", "contextlib", "dataclasses", "datetime", "decimal", "enum", "fractions"}
PURE |= {"functools", "heapq", "itertools", "math", "operator", "re", "statistics", "types", "typing", "zoneinfo"}
PURE |= {"numpy", "pyxirr"}


def test_the_core_is_not_empty() -> None:
    assert CORE_MODULES


@pytest.mark.parametrize("name", CORE_MODULES)
def test_the_core_is_pure(name: str) -> None:
    """No input, no output, no clock: what a core function answers depends on its arguments alone."""
    path = CORE / f"{name}.py"
    module = f"kit_portfolio_tracker.core.{name}"
    impure = [
        f"{found.where} imports {found.module}"
        for found in _imports(module, path)
        if found.module.partition(".")[0] not in PURE
        and found.module != "kit"
        and not _within(found.module, ("kit_portfolio_tracker.core",))
    ]
    clocks = [
        f"{path.name}:{node.lineno} asks the clock"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
    ]
    assert impure + clocks == []


def test_exact_math_surrounds_no_yield() -> None:
    """A generator runs in its caller's arithmetic: `exact_math` would not reach it, or leak out of it."""
    files = [path for folder in (HOST, *PLUGINS.values()) for path in folder.rglob("*.py")]
    assert [found for path in files for found in _exact_generators(path)] == []


def _exact_generators(path: Path) -> Iterator[str]:
    if "exact_math" not in path.read_text(encoding="utf-8"):
        return
    for function in ast.walk(_tree(path)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        decorated = any("exact_math" in ast.unparse(each) for each in function.decorator_list)
        if decorated and (_yields(function) or isinstance(function, ast.AsyncFunctionDef)):
            yield f"{path}:{function.lineno} {function.name}"
        for block in _own(function):
            if isinstance(block, ast.With) and "exact_math" in ast.unparse(block.items[0]) and _yields(block):
                yield f"{path}:{block.lineno} in {function.name}"


def _yields(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in _own(node))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in it, and not in a function within."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _own(child)


def test_every_misuse_names_the_next_step() -> None:
    """`UsageError` says what was wrong with a person's words; without `next_step` it leaves them alone with it."""
    files = [path for folder in (HOST, *PLUGINS.values()) for path in folder.rglob("*.py")]
    silent = [
        f"{path}:{call.lineno}"
        for path in files
        for call in ast.walk(_tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "UsageError"
        and "next_step" not in {keyword.arg for keyword in call.keywords}
    ]
    assert silent == []
