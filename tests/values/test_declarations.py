import json

from kit import Argument, Command, Effect, Flag, KitError, Option, UnknownName, ValueType
from kit.commands import from_json, to_json
from kit.errors import ConfigError, ExchangeError, ImportFileError, PluginError, StoreError, UsageError

COMMAND = Command(
    "portfolio",
    "Consolidated overview",
    run="kit_portfolio_tracker.overview:show",
    params=(
        Flag("detailed", "More"),
        Option("period", choices=("7d", "30d"), default="7d"),
        Argument("asset", ValueType.ASSET, required=False),
    ),
    phrases=("show my portfolio", "portfolio details -> detailed"),
    effect=Effect.WRITE,
    table=True,
    examples=("kit portfolio --detailed",),
)


def test_a_declaration_survives_the_plugin_cache() -> None:
    assert from_json(json.loads(json.dumps(to_json(COMMAND)))) == COMMAND


def test_choices_make_an_option_a_choice() -> None:
    period = COMMAND.param("period")
    assert period is not None
    assert period.type is ValueType.CHOICE


def test_handlers_receive_dashes_as_underscores() -> None:
    assert Flag("dry-run").keyword == "dry_run"
    assert Option("from", ValueType.DATE).keyword == "from_"  # `from` can be no parameter in Python


def test_an_unknown_name_points_to_the_nearest() -> None:
    assert str(UnknownName("account", "binanse", ["binance", "kraken"])) == (
        "There is no account “binanse”. Did you mean “binance”?"
    )
    assert UnknownName("account", "zzz", ["binance", "kraken"]).next_step == "Known: binance, kraken."
    assert UnknownName("account", "zzz").next_step is None


def test_an_unknown_name_that_is_near_to_nothing_says_where_to_look() -> None:
    many = [f"coin{number}" for number in range(20)]
    assert UnknownName("asset", "zzz", many, next_step="See them: kit holdings").next_step == "See them: kit holdings"
    assert UnknownName("asset", "coin7", many, next_step="Look").next_step == "Did you mean “coin7”?"


def test_exit_codes_tell_misuse_from_failure() -> None:
    misuse = {kind for kind in (UsageError, UnknownName) if kind.exit_code == 2}
    failure = {KitError, ConfigError, PluginError, StoreError, ImportFileError, ExchangeError}
    assert misuse == {UsageError, UnknownName}
    assert {kind.exit_code for kind in failure} == {1}
