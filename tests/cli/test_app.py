import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit.cli import main

Kit = Callable[..., Any]
Process = Callable[..., subprocess.CompletedProcess[bytes]]


def test_an_answer_is_text_for_people(kit: Kit) -> None:
    answer = kit("greet", "Ada")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("💰 Greeting\n═══")
    assert "│ Hello │ $1,902 │" in answer.out
    assert kit("greet", "--plain").out.startswith("Greeting\nHello world\n")


def test_an_answer_is_json_for_machines(kit: Kit) -> None:
    answer = kit("greet", "--json", "--loud")
    assert answer.json == {
        "data": {"word": "HELLO", "name": None, "by": None, "pay": {"amount": "1902.50", "currency": "USD"}},
        "problems": [],
    }
    assert kit("--format", "json", "greet", "--loud").out == answer.out


def test_an_answer_with_a_table_is_csv(kit: Kit) -> None:
    assert kit("greet", "--format", "csv").out == "word,pay,pay_currency\nHello,1902.5,USD\n"


def test_a_matrix_is_csv_too(kit: Kit) -> None:
    assert kit("alike", "--format", "csv").out == "label,A,B\nA,1,0.5\nB,0.5,1\n"


def test_csv_of_an_answer_without_rows_is_empty_and_says_why(kit: Kit) -> None:
    answer = kit("nothing", "--format", "csv")
    assert (answer.code, answer.out, answer.err) == (0, "", "Nothing is there.\n")


def test_two_words_are_a_command(kit: Kit) -> None:
    assert kit("greet", "all").out == "Hello all\n"


def test_an_error_is_a_sentence_and_a_next_step(kit: Kit) -> None:
    answer = kit("fail")
    assert (answer.code, answer.out, answer.err) == (1, "", "Error: It cannot be done.\nDo something else.\n")


def test_misuse_exits_with_two(kit: Kit) -> None:
    answer = kit("gret")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "Error: There is no command “gret”.\nDid you mean “greet”?\n"


@pytest.mark.parametrize("words", [("fail", "--json"), ("--json", "fail"), ("fail", "--format", "json")])
def test_with_json_an_error_is_json_too(kit: Kit, words: tuple[str, ...]) -> None:
    answer = kit(*words)
    assert (answer.code, answer.err) == (1, "")
    assert answer.json["error"]["message"] == "It cannot be done."
    assert answer.json["error"]["next_step"] == "Do something else."


def test_misuse_with_json_is_json_too(kit: Kit) -> None:
    answer = kit("greet", "--lowd", "--json")
    assert answer.code == 2
    assert answer.json["error"]["kind"] == "UsageError"


def test_done_with_problems_exits_with_three(kit: Kit) -> None:
    answer = kit("troubled")
    assert answer.code == 3
    assert "⚠️ A gap. (here)\n   Fill it." in answer.out
    assert kit("troubled", "--json").json["problems"][0]["what"] == "A gap."


def test_a_fault_of_our_own_is_one_sentence(kit: Kit) -> None:
    answer = kit("bug")
    assert answer.code == 1
    assert "wires crossed" in answer.err
    assert "Traceback" not in answer.err + answer.out


def test_ask_answers_like_the_command_it_means(kit: Kit) -> None:
    assert kit("ask", "Greet the world!", "--json").out == kit("greet", "--json").out
    assert kit("ask", "greet the world loudly").out == kit("greet", "--loud").out
    assert kit("ask", "greet", "Kraken", "warmly", "--json").json["data"]["by"].casefold() == "kraken"


def test_one_plugins_unsound_phrase_silences_nobody(kit: Kit) -> None:
    assert kit("ask", "say something").code == 2
    assert kit("ask", "greet the world").code == 0


def test_ask_names_the_nearest_phrase(kit: Kit) -> None:
    answer = kit("ask", "greet the whole world")
    assert answer.code == 2
    assert "Did you mean “greet the world”" in answer.err


def test_completion_prints_a_line_that_a_shell_can_evaluate(kit: Kit) -> None:
    for shell in ("bash", "zsh", "fish"):
        lines = kit("completion", shell).out.splitlines()
        assert lines[0].startswith("# ")
        assert f"_KIT_COMPLETE={shell}_source kit" in lines[1]
        assert len(lines) == 2


def test_completion_completes(kit: Kit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COMP_WORDS", "kit gre")
    monkeypatch.setenv("COMP_CWORD", "1")
    kit(_KIT_COMPLETE="bash_complete")
    assert "greet" in capsys.readouterr().out


def test_bare_kit_says_how_things_are(kit: Kit) -> None:
    answer = kit()
    assert answer.code in (0, 3)
    assert answer.out == kit("status").out


def test_a_new_home_says_what_to_do_first_and_nothing_that_is_done(kit: Kit) -> None:
    before = kit("status").out
    assert "Start here" in before
    assert "kit init " in before
    assert kit("init", "--defaults").code == 0
    after = kit("status").out
    assert "kit exchanges add NAME" in after
    assert "kit init " not in after


def test_main_takes_words_and_gives_the_exit_code(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert main(["greet", "all"]) == 0
    assert main(["gret"]) == 2
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "Hello all\nkit 0.1.0\n"


def test_ctrl_c_ends_with_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(words: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("kit.cli.app.run", interrupted)
    assert main(["greet"]) == 130
    assert capsys.readouterr().err == "\nInterrupted.\n"


def test_the_exit_code_reaches_the_shell(kit_process: Process) -> None:
    assert kit_process("greet", "all").returncode == 0
    assert kit_process("fail").returncode == 1
    assert kit_process("greet", "--lowd").returncode == 2
    assert kit_process("troubled").returncode == 3


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX pipe")
def test_a_reader_that_leaves_early_is_no_fault(env: dict[str, str], site: Path) -> None:
    line = f"{sys.executable} -m kit flood | head -n 1"
    whole = {"PATH": "/usr/bin:/bin", **env, "PYTHONPATH": str(site)}
    done = subprocess.run(["/bin/sh", "-c", line], env=whole, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"line\n", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_and_fails(env: dict[str, str], site: Path) -> None:
    whole = {"PATH": "/usr/bin:/bin", **env, "PYTHONPATH": str(site)}
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "kit", "greet"]
        done = subprocess.run(command, env=whole, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"Error: The answer cannot be written: No space left on device.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells close streams")
def test_closed_streams_are_no_fault(env: dict[str, str], site: Path) -> None:
    whole = {"PATH": "/usr/bin:/bin", **env, "PYTHONPATH": str(site)}
    for words, code in (("greet", 0), ("fail", 1)):
        line = f"{sys.executable} -m kit {words} >&- 2>&-"
        assert subprocess.run(["/bin/sh", "-c", line], env=whole, check=False).returncode == code


def test_an_ascii_terminal_gets_ascii(kit_process: Process) -> None:
    done = kit_process("greet", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"| Hello | $1,902 |" in done.stdout
    assert kit_process("gret", PYTHONIOENCODING="ascii").stderr.startswith(b'Error: There is no command "gret".')


def test_a_million_characters_are_no_matter(kit: Kit) -> None:
    assert kit("flood").out.count("line\n") == 200_000


def test_words_that_are_no_text_are_refused_politely(kit: Kit) -> None:
    answer = kit("\udcff\x1b[2J")
    assert answer.code == 2
    assert "\x1b" not in answer.err


def test_output_is_not_coloured_for_a_pipe(kit: Kit) -> None:
    assert "\x1b" not in kit("greet").out


def test_instants_are_shown_in_the_users_zone(kit: Kit, env: dict[str, str]) -> None:
    home = Path(env["KIT_HOME"])
    home.mkdir()
    (home / "config.json").write_text('{"timezone": "Asia/Tokyo"}')
    assert "2024-06-01 21:00" in kit("now").out
    (home / "config.json").write_text('{"timezone": "Nowhere/Rubbish"}')
    assert "2024-06-01 12:00" in kit("now").out


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_shells_script_is_given(kit_process: Process, shell: str) -> None:
    done = kit_process(_KIT_COMPLETE=f"{shell}_source")
    assert done.returncode == 0
    assert f"_KIT_COMPLETE={shell}_complete" in done.stdout.decode()
