from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from hypothesis import given, strategies as st

from kit import Argument, Command, Effect, Flag, KitError, Option, ValueType
from kit.cli.host_commands import HOST_COMMANDS
from kit.cli.options import HelpWanted, Output
from kit.cli.tree import Line, Root, parse_line

COMMANDS = (
    Command(
        "portfolio",
        "Consolidated overview",
        run="x:y",
        params=(Flag("detailed", "More"), Option("exchange", ValueType.ACCOUNT, "Only this")),
        phrases=("show my portfolio", "portfolio details -> detailed"),
        table=True,
        details="First paragraph.\n\nSecond paragraph.",
        examples=("kit portfolio --detailed",),
    ),
    Command(
        "portfolio history",
        "The past",
        run="x:y",
        params=(Option("from", ValueType.DATE), Option("period", choices=("7d", "30d"), default="7d", help="How long")),
    ),
    Command(
        "portfolio export", "Export", run="x:y", params=(Option("format", choices=("csv", "json"), required=True),)
    ),
    Command(
        "holdings", "Holdings", run="x:y", params=(Argument("asset", ValueType.ASSET, required=False),), table=True
    ),
    Command(
        "import",
        "Import",
        run="x:y",
        params=(Argument("files", ValueType.FILE, many=True), Option("tag", many=True, help="Mark")),
        effect=Effect.WRITE,
    ),
    Command("secret", "Hidden", run="x:y", hidden=True),
    *HOST_COMMANDS,
)


def parse(words: str) -> Line:
    return parse_line(COMMANDS, words.split())


def refusal(words: str) -> str:
    with pytest.raises(KitError) as refused:
        parse(words)
    assert refused.value.exit_code == 2
    return str(refused.value)


def page(words: str, width: int = 80) -> str:
    with pytest.raises(HelpWanted) as wanted:
        parse_line(COMMANDS, words.split(), width=width)
    return wanted.value.text


def test_bare_kit_is_its_status() -> None:
    assert parse("").command.name == "status"
    assert parse("--json").output == Output("json")


def test_a_name_may_be_a_command_and_the_start_of_others() -> None:
    assert parse("portfolio").params == {"detailed": False, "exchange": None}
    assert parse("portfolio --exchange binance").params == {"detailed": False, "exchange": "binance"}
    assert parse("portfolio history").command.name == "portfolio history"


def test_values_are_typed() -> None:
    assert parse("holdings btc").params == {"asset": "BTC"}
    assert refusal("portfolio history --from soon").startswith("--from: “soon” is not a date.")


def test_options_may_be_repeated_and_words_many(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x")
    line = parse_line(COMMANDS, ["import", "a.csv", "b.csv", "--tag", "x", "--tag", "y"], folder=tmp_path)
    assert line.params == {"files": (tmp_path / "a.csv", tmp_path / "b.csv"), "tag": ("x", "y")}


def test_the_form_of_the_answer_can_be_asked_for_before_and_after_the_command() -> None:
    assert parse("--json portfolio").output == Output("json")
    assert parse("--plain portfolio --format csv").output == Output("csv", plain=True)
    assert parse("--json portfolio --format csv").output == Output("csv")
    assert "exclude each other" in refusal("portfolio --json --format csv")


def test_csv_is_for_commands_with_a_table() -> None:
    assert "“csv” is not one of text, json." in refusal("portfolio history --format csv")
    assert "has no table" in refusal("--format csv portfolio history")


def test_a_commands_own_option_comes_before_the_common_one() -> None:
    assert parse("portfolio export --format csv").params == {"format": "csv"}


def test_a_line_inside_the_demo_keeps_its_own_options() -> None:
    line = parse("demo --plain portfolio --detailed --json")
    assert line.params == {"words": ("portfolio", "--detailed", "--json")}
    assert line.output == Output(None, plain=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("portfolo", "There is no command “portfolo”. Did you mean “portfolio”?"),
        ("portfolio histry", "There is no command “portfolio histry”. Did you mean “portfolio history”?"),
        ("portfolio foo", "There is no command “portfolio foo”. See “kit portfolio --help”."),
        ("config chek", "There is no command “config chek”. Did you mean “config check”?"),
        ("config xyz", "There is no command “config xyz”. See “kit config --help”."),
        ("frobnicate", "There is no command “frobnicate”. See “kit --help”."),
        ("portfolio --detaild", "There is no option --detaild of “kit portfolio”. Did you mean “--detailed”?"),
        ("portfolio history --period 31d", "--period: “31d” is not one of 7d, 30d. Did you mean “30d”?"),
        ("plugins new skil x", "KIND: “skil” is not one of skill, exchange. Did you mean “skill”?"),
        ("--homee x", "There is no option --homee. Did you mean “--home”?"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(words: str, said: str) -> None:
    assert refusal(words) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("portfolio --exchange", "--exchange needs a value. See “kit portfolio --help”."),
        ("portfolio --detailed=3", "--detailed takes no value."),
        ("portfolio export", "--format is missing."),
        ("import", "FILES is missing."),
        ("holdings btc eth", "“kit holdings” has no use for “eth”."),
        ("portfolio --detailed history", "“history” came after the options of “kit portfolio”."),
        ("portfolio --home x", "There is no option --home of “kit portfolio”. It goes before the command"),
    ],
)
def test_misuse_is_told_in_a_sentence(words: str, said: str) -> None:
    assert refusal(words).startswith(said)


def test_the_root_page_lists_every_visible_command() -> None:
    text = page("--help")
    assert all(f"  {command.name} " in text for command in COMMANDS if not command.hidden)
    assert "Hidden" not in text
    assert page("-h") == text


def test_the_root_page_has_what_begins_alike_together() -> None:
    commands = [Command(name, "It", run="x:y") for name in ("sell", "buy", "sell later", "buy now")]
    with pytest.raises(HelpWanted) as wanted:
        parse_line(commands, ["--help"])
    listed = [line.split("  ")[1] for line in str(wanted.value).splitlines() if line.endswith("It")]
    assert listed == ["sell", "sell later", "buy", "buy now"]


def test_a_commands_page_lists_its_options_the_longer_commands_examples_and_phrases() -> None:
    text = page("portfolio --help")
    for part in ("--exchange ACCOUNT", "portfolio history", "kit portfolio --detailed", 'kit ask "show my portfolio"'):
        assert part in text
    assert "First paragraph.\n\n  Second paragraph." in text
    assert "--format text|json|csv" in text
    assert "default: 7d" in page("portfolio history --help")
    assert page("portfolio export --help").count("--format") == 1
    assert "may be repeated" in page("import --help")
    assert "Changes this installation." in page("import --help")


def test_the_first_word_of_a_family_shows_the_family() -> None:
    assert page("config") == page("config --help")
    assert "config check" in page("config")


def test_help_may_be_asked_for_as_a_word() -> None:
    assert page("help") == page("--help")
    assert page("help portfolio history") == page("portfolio history --help")


def test_help_fits_narrow_terminals() -> None:
    assert max(map(len, page("--help", width=40).splitlines())) <= 40


def test_the_version_is_told() -> None:
    assert page("--version").startswith("kit 0.")


def completions(words: list[str], incomplete: str) -> list[str]:
    class Bare(ShellComplete):
        def get_completion_args(self) -> tuple[list[str], str]:
            return words, incomplete

    shell = Bare(Root(COMMANDS), {}, "kit", "_KIT_COMPLETE")
    return [item.value for item in shell.get_completions(words, incomplete)]


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        ([], "portf", ["portfolio"]),
        (["portfolio"], "hi", ["history"]),
        (["portfolio"], "--ex", ["--exchange"]),
        (["portfolio", "history", "--period"], "", ["7d", "30d"]),
        (["config"], "ch", ["check"]),
        (["completion"], "z", ["zsh"]),
        (["plugins", "new"], "s", ["skill"]),
        ([], "secr", []),
    ],
)
def test_completion_knows_commands_options_and_choices(words: list[str], incomplete: str, expected: list[str]) -> None:
    assert completions(words, incomplete) == expected


SOME = (
    "portfolio history holdings config check import demo ask --json --plain --format csv --exchange -- -x --home - = 7d"
)


def outcome(words: list[str]) -> str:
    try:
        return parse_line(COMMANDS, words).command.name
    except HelpWanted as wanted:
        return wanted.text
    except KitError as refused:
        return f"exit {refused.exit_code}: {refused}"


@given(st.lists(st.one_of(st.sampled_from(SOME.split()), st.text(max_size=8)), max_size=6))
def test_any_words_are_a_line_a_page_or_a_refusal(words: list[str]) -> None:
    answer = outcome(words)
    assert answer in {command.name for command in COMMANDS} or answer.startswith(("Usage: kit", "exit 2: "))
