"""Every command line and every config block of the README and of docs/ is executed.

A page is read from top to bottom in one home. In a `bash` or `console` block each line that begins with `kit ` (after a
prompt `$ `, where there is one) is run and has to end with 0, or with 3 (done, with problems); `# exits N` behind it
announces another ending. A `json` block is put in place as config.json and has to pass `kit config check`. A block that
cannot be run says so, and why, in a comment right above it: `<!-- not run: … -->`. One that asks exchanges is
run against venues simulated on this machine, and says so: `<!-- at simulated venues -->`.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHELLS = {"bash", "console", "sh"}
_FENCE = re.compile(r"(?:<!-- (?P<mark>[^\n]*) -->\n+)?^```(?P<language>\w+)[^\n]*\n(?P<body>.*?)^```$", re.M | re.S)

Shell = Callable[[str], subprocess.CompletedProcess[str]]


class Block(NamedTuple):
    """A fenced block: its language, its text, the line it starts on, and the comment above it."""

    language: str
    body: str
    line: int
    mark: str

    @property
    def runs(self) -> bool:
        return not self.mark.startswith("not run")

    @property
    def asks_venues(self) -> bool:
        return self.mark == "at simulated venues"


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start("body")) + 1
        yield Block(found["language"], found["body"], line, found["mark"] or "")


def _command_lines(block: Block) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    """(line number, command line, endings that are right) of a shell block; output and comments are passed over."""
    for number, text in enumerate(block.body.splitlines(), start=block.line):
        line, _, comment = text.removeprefix("$ ").partition("  #")
        if line.startswith("kit ") or line == "kit":
            announced = re.search(r"exits (\d)", comment)
            yield number, line, (int(announced[1]),) if announced else (0, 3)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_runs(page: Path, shell: Shell, credentials: Callable[[str], str]) -> None:
    failed = []
    for block in _blocks(page):
        if block.language in SHELLS and block.runs:
            for number, line, endings in _command_lines(block):
                done = shell(f"{credentials(line)}{line}" if block.asks_venues else line)
                if done.returncode not in endings or "Traceback" in done.stderr:
                    failed.append(f"{page.name}:{number}: {line} → exit {done.returncode}\n{done.stdout}{done.stderr}")
    assert failed == [], "\n".join(failed)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_config_block_passes_the_check(page: Path, shell: Shell, tmp_path: Path) -> None:
    failed = []
    home = tmp_path / "home"
    home.mkdir()
    for block in _blocks(page):
        if block.language in ("json", "json5") and block.runs:
            (home / "config.json").write_text(block.body, encoding="utf-8")
            done = shell("kit config check")
            if done.returncode != 0:
                failed.append(f"{page.name}:{block.line}:\n{done.stdout}{done.stderr}")
    assert failed == [], "\n".join(failed)


def test_a_block_that_is_not_run_says_why() -> None:
    unexplained = [
        f"{page.name}:{block.line}"
        for page in PAGES
        for block in _blocks(page)
        if not block.runs and not re.fullmatch(r"not run: \S.{8,}", block.mark)
    ]
    assert unexplained == []


def test_the_readme_is_read_at_all() -> None:
    lines = [line for block in _blocks(ROOT / "README.md") for _, line, _ in _command_lines(block)]
    assert len(lines) > 10
    assert any(block.language == "json" for block in _blocks(ROOT / "README.md"))


def _shape(text: str) -> list[str]:
    """Lines without their numbers and without the widths that follow from these."""
    masked = re.sub(r"[-+]?[$€]?[-+]?\d[\d.,:-]*", "#", text)
    return [re.sub(r"[ ─]+", " ", line).strip() for line in masked.splitlines() if line.strip()]


def test_the_readme_shows_what_the_demo_prints(shell: Shell) -> None:
    (picture,) = [block.body for block in _blocks(ROOT / "README.md") if block.mark == "the output of kit demo"]
    done = shell("kit demo")
    assert done.returncode in (0, 3), done.stderr
    assert _shape(done.stdout) == _shape(picture)


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {page.name for page in PAGES if page.parent.name == "docs"} - {"index.md"}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readme_and_ci_set_up_and_test_alike() -> None:
    """`.ci/run` runs the README's two commands, letter by letter."""
    blocks = [block for block in _blocks(ROOT / "README.md") if "python3 -m venv" in block.body]
    commands = [line for block in blocks for line in block.body.splitlines() if line.startswith("python3 -m venv")]
    script = [line.strip() for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()]
    assert len(commands) == 2
    assert [command for command in commands if command not in script] == []
