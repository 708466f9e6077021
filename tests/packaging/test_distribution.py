"""What is shipped: the wheel's content, its entry points, one version, and the editable install."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from importlib.metadata import distribution
from pathlib import Path

import pytest

import kit

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = {
    "kit": ROOT / "kit",
    "kit_portfolio_tracker": ROOT / "skills/portfolio_tracker/kit_portfolio_tracker",
    "kit_alerts": ROOT / "skills/alerts/kit_alerts",
    "kit_channels": ROOT / "plugins/channels/kit_channels",
    "kit_exchanges": ROOT / "plugins/exchanges/kit_exchanges",
    "kit_importers": ROOT / "plugins/importers/kit_importers",
    "kit_prices": ROOT / "plugins/prices/kit_prices",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The built wheel: file name → text. By way of the sdist, so that this is complete too."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def _metadata(wheel: dict[str, str], file: str) -> str:
    (text,) = [text for name, text in wheel.items() if name.endswith(f".dist-info/{file}")]
    return text


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_every_file_of(package: str, wheel: dict[str, str]) -> None:
    """Sources, plugin.toml, templates, migrations, py.typed: whatever lies in the package's folder."""
    folder = PACKAGES[package]
    wanted = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert f"{package}/py.typed" in wanted
    assert wanted - wheel.keys() == set()


def test_the_wheel_holds_the_schemas_and_the_skills_page(wheel: dict[str, str]) -> None:
    schemas = {f"kit/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}
    assert schemas
    assert schemas | {"kit_portfolio_tracker/SKILL.md", "kit_alerts/SKILL.md"} <= wheel.keys()


def test_the_wheel_holds_nothing_else(wheel: dict[str, str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {*PACKAGES, f"kit_host-{kit.__version__}.dist-info"}
    assert [name for name in wheel if "__pycache__" in name or name.startswith("tests/")] == []


def test_each_plugin_of_the_wheel_has_a_manifest_of_its_name(wheel: dict[str, str]) -> None:
    points = ConfigParser()
    points.read_string(_metadata(wheel, "entry_points.txt"))
    declared = dict(points["kit"])
    assert declared == PROJECT["entry-points"]["kit"]
    for name, module in declared.items():
        folder = module.rpartition(".")[0].replace(".", "/")
        manifest = tomllib.loads(wheel[f"{folder}/plugin.toml"])
        assert manifest["name"] == name
        assert manifest["summary"]
        assert f"{folder}/plugin.py" in wheel


def test_the_program_is_called_kit(wheel: dict[str, str]) -> None:
    points = ConfigParser()
    points.read_string(_metadata(wheel, "entry_points.txt"))
    assert dict(points["console_scripts"]) == {"kit": "kit.cli:main"}


def test_there_is_one_version(wheel: dict[str, str]) -> None:
    metadata = email.message_from_string(_metadata(wheel, "METADATA"))
    assert metadata["Name"] == "kit-host"
    assert metadata["Version"] == kit.__version__ == distribution("kit-host").version
    assert metadata["Requires-Python"] == ">=3.11"
    assert "version" in PROJECT["dynamic"]


def test_the_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(kit.__version__)}\]", text, re.MULTILINE)


def test_dependencies_have_a_floor_and_no_ceiling() -> None:
    """A ceiling makes an installer take an old release in silence; apscheduler 4 is another library of that name."""
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    for line in [*PROJECT["dependencies"], *extras]:
        if line.startswith("kit-host["):
            continue
        assert re.match(r"[\w.-]+(\[\w+\])?>=[\d.]+(;|$)", line.replace("apscheduler>=3.11,<4", "apscheduler>=3.11")), (
            line
        )


def test_every_dependency_is_explained() -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    names = {re.split(r"[\[>;]", line)[0] for line in [*PROJECT["dependencies"], *extras]} - {"kit-host"}
    explained = set(re.findall(r"^\| `([\w.-]+)`", page, re.MULTILINE))
    assert names - explained == set(), "not explained in docs/dependencies.md"
    assert explained - names == set(), "explained, but not in pyproject.toml"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_editable_install_points_at_the_checkout(package: str) -> None:
    """Else the tests would test something that is installed elsewhere."""
    code = f"import {package}; print({package}.__file__)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert Path(done.stdout.strip()) == PACKAGES[package] / "__init__.py"


@pytest.mark.parametrize(
    "program", [["-m", "kit"], ["-c", "from kit.cli import main; main()"]], ids=["module", "script"]
)
def test_it_starts_as_a_module_and_as_a_script(
    program: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KIT_CACHE", str(tmp_path / "cache"))
    run = [sys.executable, *program, "--version"]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert kit.__version__ in done.stdout
    assert done.stderr == ""


def test_the_coverage_gate_only_rises() -> None:
    """Against every committed value."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs the project's git history")
    gate = re.compile(r"^[+-]?fail_under = (\d+)", re.MULTILINE)
    log = ["git", "log", "-p", "--format=", "-G", "^fail_under", "--", "pyproject.toml"]
    history = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (now,) = gate.findall((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert int(now) >= max((int(value) for value in gate.findall(history)), default=0)
