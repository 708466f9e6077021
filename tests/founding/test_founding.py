"""The two founding documents, and how much of them is built.

Their command lines, phrases, config blocks and figures are kept beside this file. Everything on these lists works, but
for what `not_yet.txt` names; that list may only shrink, and an item on it that works has to leave it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
Kit = Callable[[str], subprocess.CompletedProcess[str]]
NOT_YET_FILE = "tests/founding/not_yet.txt"


class Item(NamedTuple):
    """One promise of the founding documents: its name on the lists, and how to see whether it is kept."""

    name: str
    line: str
    shows: tuple[str, ...] = ()


def _lines(file: str) -> list[str]:
    text = (HERE / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _figure(line: str) -> Item:
    name, command, shows = (part.strip() for part in line.split(" | "))
    return Item(f"figure: {name}", command, tuple(word.strip() for word in shows.split(" ; ")))


COMMANDS = [Item(f"command: {line}", line) for line in _lines("commands.txt")]
PHRASES = [Item(f"phrase: {words}", f'kit ask "{words}"') for words in _lines("phrases.txt")]
FIGURES = [_figure(line) for line in _lines("figures.txt")]
ITEMS = [*COMMANDS, *PHRASES, *FIGURES]
NOT_YET = _lines("not_yet.txt")
CONFIG_BLOCKS = sorted((HERE / "config").glob("*.json"))


@pytest.mark.parametrize("item", [pytest.param(item, id=item.name) for item in ITEMS])
def test_what_was_promised_works_or_is_named_as_not_yet_built(item: Item, example: Kit) -> None:
    said = example(item.line)
    kept = said.returncode in (0, 3) and all(word in said.stdout for word in item.shows)
    if item.name in NOT_YET:
        assert not kept, f"“{item.name}” works: take it off {NOT_YET_FILE}"
    else:
        assert kept, f"{item.line} → exit {said.returncode}, looked for {item.shows}\n{said.stdout}\n{said.stderr}"
    assert "Traceback" not in said.stdout + said.stderr


@pytest.mark.parametrize("block", CONFIG_BLOCKS, ids=lambda path: path.stem)
def test_each_config_block_passes_the_check_as_it_stands(block: Path, bare: tuple[Path, Kit]) -> None:
    home, kit = bare
    shutil.copy(block, home / "config.json")
    said = kit("kit config check")
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("block", CONFIG_BLOCKS, ids=lambda path: path.stem)
def test_each_config_block_is_read_and_not_merely_tolerated(block: Path, bare: tuple[Path, Kit]) -> None:
    """The last key of each block, set to nonsense, is refused at its own line."""
    home, kit = bare
    text = block.read_text(encoding="utf-8")
    *_, last = re.finditer(r'^(\s*"\w+": )[^\s{,]+', text, re.MULTILINE)
    (home / "config.json").write_text(f"{text[: last.start()]}{last[1]}[[]]{text[last.end() :]}", encoding="utf-8")
    said = kit("kit config check")
    line = text.count("\n", 0, last.start()) + 1
    assert said.returncode == 1, said.stdout + said.stderr
    assert f"config.json:{line}:" in said.stdout + said.stderr


def test_not_yet_names_only_what_was_promised_and_each_once() -> None:
    names = [item.name for item in ITEMS]
    assert [name for name in NOT_YET if name not in names] == []
    assert len(NOT_YET) == len(set(NOT_YET))
    assert len(names) == len(set(names))


def test_not_yet_only_shrinks() -> None:
    """Nothing stands on the list that was not there in every committed version before."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("needs the project's git history")
    log = [git, "log", "--format=%H", "--", NOT_YET_FILE]
    commits = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for commit in commits:
        shown = subprocess.run(
            [git, "show", f"{commit}:{NOT_YET_FILE}"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
        )
        if shown.returncode == 0:
            added = set(NOT_YET) - set(shown.stdout.splitlines())
            assert added == set(), f"{sorted(added)} had left the list by {commit[:9]}"


def _fences(language: str) -> list[str]:
    page = (SEEDS / "portfolio-tracker-skill.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [body for tag, body in found if tag == language]


def _needs_the_documents() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the founding documents (../shared/seeds) are not on this machine")


def test_every_command_line_of_the_document_is_on_the_list() -> None:
    _needs_the_documents()
    lines = [line for block in _fences("bash") for line in block.splitlines()]
    assert lines == _lines("commands.txt")


def test_every_config_block_of_the_document_is_kept() -> None:
    _needs_the_documents()
    assert sorted(_fences("json")) == sorted(path.read_text(encoding="utf-8") for path in CONFIG_BLOCKS)


def test_every_phrase_and_picture_of_the_document_is_kept() -> None:
    _needs_the_documents()
    blocks = _fences("")
    phrases = [line.strip('"') for block in blocks if block.startswith('"') for line in block.splitlines()]
    assert phrases == _lines("phrases.txt")
    pictures = [path.read_text(encoding="utf-8") for path in (HERE / "pictures").glob("*.txt")]
    assert sorted(block for block in blocks if not block.startswith('"')) == sorted(pictures)


def test_every_label_of_the_pictures_is_a_figure() -> None:
    shown = {word for item in FIGURES for word in item.shows}
    labels = {
        label
        for path in (HERE / "pictures").glob("*.txt")
        for label in re.findall(r"^\W*([A-Z](?:[\w&]| (?!Risk)|[().])*:)(?= )", path.read_text("utf-8"), re.MULTILINE)
    }
    assert "Sharpe Ratio:" in labels
    venues = {"Binance:", "Kraken:", "MetaTrader:"}
    assert labels - shown - venues == set()


def test_every_term_of_the_manual_is_a_figure() -> None:
    """Its headings (a line of few words, without a full stop) and the first column of its table."""
    _needs_the_documents()
    page = (SEEDS / "ctc-portfolio-page.txt").read_text(encoding="utf-8").splitlines()
    columns = {line.partition(" |")[0] for line in page if " |" in line}
    headings = {line for line in page if re.fullmatch(r"[A-Z][A-Za-z]*(?: [A-Za-z]+){0,4}", line)}
    layout = {"Portfolio", "Assets", "Winners", "Losers", "Reported and Calculated balances"}
    terms = {item.name.removeprefix("figure: ") for item in FIGURES}
    wanted = columns | headings - layout
    if "All Time High and Fiat Invested" in wanted:
        wanted = wanted - {"All Time High and Fiat Invested"} | {"All Time High", "Fiat Invested"}
    assert wanted - terms == set()
