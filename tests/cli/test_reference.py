from pathlib import Path

from kit import Argument, Command, Effect, Flag, Option, ValueType
from kit.cli.reference import bundled_commands, reference

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_is_up_to_date() -> None:
    expected = reference(bundled_commands())
    assert PAGE.read_text(encoding="utf-8") == expected, "run: python -m kit.cli.reference > docs/commands.md"


def test_a_command_is_described_whole() -> None:
    command = Command(
        "prices import",
        "Import prices",
        run="x:y",
        params=(
            Argument("files", ValueType.FILE, "What to read", many=True),
            Flag("dry-run", "Only look"),
            Option("period", choices=("7d", "30d"), default="7d"),
        ),
        phrases=("import prices -> dry-run",),
        effect=Effect.WRITE,
        table=True,
        details="More about it.",
        examples=("kit prices import a.csv",),
    )
    text = reference([command, Command("hidden", "Hidden", run="x:y", hidden=True)])
    for part in (
        "### kit prices import",
        "`kit prices import [OPTIONS] FILES...`",
        "Import prices. Changes your own data or settings. Also as CSV.",
        "More about it.",
        "- `FILES`: What to read",
        "- `--dry-run`: Only look",
        "- `--period 7d|30d`: (default: 7d)",
        "For example: `kit prices import a.csv`",
        "In plain words: “import prices”",
    ):
        assert part in text
    assert "hidden" not in text
