"""The units, the container file and the example of jobs: what stands there works."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kit.cli.host_commands import HOST_COMMANDS
from kit.cli.tree import parse_line
from kit.testing import HostFactory

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy").glob("*.service"))
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")


def unit(file: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read_string(file.read_text(encoding="utf-8"))
    return parsed


def instruction(name: str) -> list[str]:
    """The words of an instruction of the container file in its JSON form."""
    (found,) = re.findall(rf"^{name}\b[^\[\n]*(\[.*\])$", CONTAINER, re.M)
    words: list[str] = json.loads(found)
    return words


def test_there_is_a_unit_for_a_user_and_one_for_a_server() -> None:
    assert [file.name for file in UNITS] == ["kit-system.service", "kit-user.service"]


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_a_unit_starts_what_the_command_line_knows_and_gives_it_time_to_end(file: Path) -> None:
    service = unit(file)["Service"]
    program, *words = service["ExecStart"].split()
    assert Path(program).name == "kit"
    assert parse_line(HOST_COMMANDS, words).command.name == "start"
    assert int(service["TimeoutStopSec"]) > 5
    assert service["Restart"] == "on-failure"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_systemd_finds_nothing_wrong_with_a_unit(file: Path, tmp_path: Path) -> None:
    program = unit(file)["Service"]["ExecStart"].split()[0]
    copy = tmp_path / "kit.service"
    copy.write_text(file.read_text(encoding="utf-8").replace(program, sys.executable), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "kit.service" in line]) == (0, [])


def test_the_container_runs_commands_that_exist() -> None:
    program, *words = [*instruction("ENTRYPOINT"), *instruction("CMD")]
    assert (program, parse_line(HOST_COMMANDS, words).command.name) == ("kit", "start")
    program, *words = instruction("HEALTHCHECK")
    assert (program, parse_line(HOST_COMMANDS, words).command.name) == ("kit", "doctor")
    assert re.search(r"^STOPSIGNAL SIGTERM$", CONTAINER, re.M)


def test_the_container_keeps_its_data_in_a_volume_that_its_user_owns() -> None:
    (home,) = re.findall(r"KIT_HOME=(\S+)", CONTAINER)
    assert instruction("VOLUME") == [home]
    assert re.search(rf"install -d -o kit -m 0700 {home} ", CONTAINER)
    assert CONTAINER.index("USER kit") < CONTAINER.index("ENTRYPOINT")


def test_the_jobs_of_the_page_on_plugins_run(kit_host: HostFactory, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```python\n(.*?)```", page, re.S) if "kit_jobs" in block]
    package = tmp_path / "weather" / "kit_weather_page"
    package.mkdir(parents=True)
    (package.parent / "plugin.toml").write_text(
        'name = "weather"\nversion = "1"\nsummary = "…"\nmodule = "kit_weather_page.plugin"\n', encoding="utf-8"
    )
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(example, encoding="utf-8")
    host = kit_host(package.parent, beside=(), config={"timezone": "Europe/Berlin"})
    assert host.run_job("forecast").sentence == "Rain."
    assert "Mon, Tue, Wed, Thu, Fri at 07:30 (Europe/Berlin)" in host.cli("jobs list --format csv").out
    assert [stream.name for _, stream in host.services.streams()] == ["wind"]
