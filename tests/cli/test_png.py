"""`--png FILE`: the chart of an answer as a file of the user's."""

from __future__ import annotations

import io
from datetime import UTC, date
from pathlib import Path

import pytest

from kit import Chart, KitError, Line, Reply, Text, UsageError
from kit.cli.app import run
from kit.cli.pictures import draw

REPLY = Reply(None, (Text("x"), Chart((date(2024, 1, 1), date(2024, 1, 2)), (Line("A", (1.0, 2.0)),), title="A")))


def test_a_chart_is_drawn_by_the_name_of_the_file(tmp_path: Path) -> None:
    assert draw(REPLY, tmp_path / "a.png", overwrite=False, zone=UTC) == f"Drew “A” into {tmp_path / 'a.png'}."
    draw(REPLY, tmp_path / "a.SVG", overwrite=False, zone=UTC)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "a.SVG").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "a.SVG"}


def test_every_chart_of_an_answer_is_drawn(tmp_path: Path) -> None:
    other = Chart((date(2024, 1, 1), date(2024, 1, 2)), (Line("B", (3.0, 4.0)),), title="B")
    path = tmp_path / "both.svg"
    assert (
        draw(Reply(None, (*REPLY.blocks, other)), path, overwrite=False, zone=UTC) == f"Drew “A” and “B” into {path}."
    )
    drawn = path.read_text(encoding="utf-8")
    assert ">A<" in drawn
    assert ">B<" in drawn


def test_a_file_is_overwritten_only_where_that_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "a.png"
    taken.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already"):
        draw(REPLY, taken, overwrite=False, zone=UTC)
    assert taken.read_text(encoding="utf-8") == "mine"
    draw(REPLY, taken, overwrite=True, zone=UTC)
    assert taken.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["a.jpg", "a", "no/such/a.png"])
def test_a_name_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(KitError):
        draw(REPLY, tmp_path / name, overwrite=False, zone=UTC)
    assert list(tmp_path.iterdir()) == []


def test_an_answer_without_a_figure_has_nothing_to_draw(tmp_path: Path) -> None:
    empty = Chart((date(2024, 1, 1),), (Line("A", (None,)),))
    with pytest.raises(KitError, match="no chart"):
        draw(Reply(None, (empty,)), tmp_path / "a.png", overwrite=False, zone=UTC)


def test_the_option_belongs_to_commands_with_a_chart(tmp_path: Path) -> None:
    env = {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache")}

    def said(words: str) -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        return run(words.split(), env=env, out=out, err=err), out.getvalue() + err.getvalue()

    assert "--png FILE" in said("portfolio history --help")[1]
    assert said(f"portfolio sectors --png {tmp_path / 'a.png'}")[0] == 2
    code, text = said("performance --force")
    assert code == 2
    assert "--png FILE" in text
