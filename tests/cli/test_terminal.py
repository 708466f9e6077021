import io
from collections.abc import Mapping

import pytest

from kit.cli.progress import TerminalProgress
from kit.cli.terminal import Terminal


class Screen(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.kept = io.BytesIO()
        super().__init__(self.kept, encoding=encoding, newline="")

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        self.flush()
        return self.kept.getvalue().decode(self.encoding)


def test_the_width_is_what_columns_says_else_wide_for_a_pipe() -> None:
    assert Terminal({"COLUMNS": "40"}, io.StringIO()).width == 40
    assert Terminal({"COLUMNS": "rubbish"}, io.StringIO()).width == 120
    assert Terminal({}, Screen()).width == 80


@pytest.mark.parametrize(
    ("env", "tty", "color"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(env: Mapping[str, str], tty: bool, color: bool) -> None:
    assert Terminal(env, Screen() if tty else io.StringIO()).color is color


def test_a_poor_encoding_is_noticed_and_never_fatal() -> None:
    screen = Screen("ascii")
    terminal = Terminal({}, screen)
    assert terminal.poor
    terminal.write("“€5” é 💰 \udcff\n")
    assert screen.shown() == '"EUR 5" e  ?\n'
    assert not Terminal({}, Screen()).poor


def test_what_is_written_exactly_is_utf8_in_any_locale_and_keeps_its_line_ends() -> None:
    screen = Screen("ascii")
    terminal = Terminal({}, screen)
    terminal.write("first\n")
    terminal.write_exactly("“é”\r\n\t\x1b")
    assert screen.kept.getvalue() == "first\n“é”\r\n\t\x1b".encode()
    memory = io.StringIO()
    Terminal({}, memory).write_exactly("é\r")
    assert memory.getvalue() == "é\r"


def test_a_lone_surrogate_is_written_as_a_question() -> None:
    screen = Screen()
    Terminal({}, screen).write("a\udcffb")
    assert screen.shown() == "a?b"


def test_complaints_go_to_standard_error_even_if_it_is_closed() -> None:
    out, err = io.StringIO(), io.StringIO()
    Terminal({}, out, err).complain("Error: x")
    assert (out.getvalue(), err.getvalue()) == ("", "Error: x\n")
    err.close()
    Terminal({}, out, err).complain("nobody hears it")


def test_progress_is_a_bar_on_a_terminal_and_silent_elsewhere() -> None:
    screen, pipe = Screen(), io.StringIO()
    for stream in (screen, pipe):
        with TerminalProgress(stream).task("Importing", 3) as task:
            task.advance()
            task.advance(2)
    assert "Importing" in screen.shown()
    assert "3/3" in screen.shown()
    assert pipe.getvalue() == ""


def test_a_task_within_a_task_has_a_bar_of_its_own() -> None:
    screen = Screen()
    progress = TerminalProgress(screen)
    with progress.task("outer", 2), progress.task("inner", 1) as inner:
        inner.advance()
    assert "0/2" in screen.shown()
    assert "1/1" in screen.shown()
    with progress.task("later", None) as task:
        task.advance()
    assert "later" in screen.shown()
