"""What can be asked of prices, and what can be done for them."""

from __future__ import annotations

from kit import Argument, Command, Effect, Flag, Option, ValueType

_SKILL = "kit_portfolio_tracker"

PRICE_COMMANDS = (
    Command(
        "prices list",
        "The stored closes: of which asset, in which currency, from whom, from when to when, with how many gaps",
        run=f"{_SKILL}.views.prices:show_list",
        params=(Option("asset", ValueType.ASSET, "Only this asset"),),
        phrases=(
            "which prices are stored",
            "[show] my [stored] prices",
            "welche (Kurse|Preise) sind gespeichert",
        ),
        table=True,
        examples=("kit prices list", "kit prices list --asset BTC"),
    ),
    Command(
        "prices missing",
        "The days on which you held or moved an asset, and nobody knows its price",
        run=f"{_SKILL}.views.prices:show_missing",
        params=(Option("asset", ValueType.ASSET, "Only this asset"),),
        phrases=(
            "[which] prices are missing",
            "missing prices",
            "welche (Kurse|Preise) fehlen",
        ),
        table=True,
        examples=("kit prices missing",),
    ),
    Command(
        "prices fetch",
        "Ask the price sources and your venues for past closes: all that are missing, or those of some assets",
        run=f"{_SKILL}.views.prices:fetch",
        params=(
            Argument("assets", ValueType.ASSET, "Only these assets", required=False, many=True),
            Option("from", ValueType.DATE, "From this day on; else from the first day on which you had the asset"),
            Option("to", ValueType.DATE, "Up to this day; else up to yesterday"),
        ),
        phrases=(
            "fetch [the] missing prices",
            "fetch past prices",
            "fetch prices of {assets}",
            "hole [die] fehlenden (Kurse|Preise)",
        ),
        effect=Effect.WRITE,
        table=True,
        details=(
            "Each asset is kept as soon as it comes, and what is there is not asked for again, so it can be broken off "
            "and gone on with. A day that nobody tells stays without a price."
        ),
        examples=("kit prices fetch", "kit prices fetch BTC ETH --from 2024-01-01"),
    ),
    Command(
        "prices import",
        "Read prices from files with the columns date, asset, close and, if you like, currency",
        run=f"{_SKILL}.price_files:import_prices",
        params=(
            Argument("files", ValueType.FILE, "The files to read", many=True),
            Option("format", help="The format's name, where it is not recognised", default="auto"),
            Flag("dry-run", "Say what would happen; keep nothing"),
        ),
        effect=Effect.WRITE,
        table=True,
        examples=("kit prices import daily.csv",),
    ),
    Command(
        "prices set",
        "Say what an asset closed at on a day; it counts where no source knows better",
        run=f"{_SKILL}.price_setting:set_price",
        params=(
            Argument("asset", ValueType.ASSET, "The asset"),
            Argument("day", ValueType.DATE, "The day (UTC)"),
            Argument("price", ValueType.AMOUNT, "What one unit was worth"),
            Option("currency", ValueType.CURRENCY, "In which currency; else the base currency"),
        ),
        phrases=(
            "set the price of {asset} on {day} to {price} [{currency}]",
            "setze den (Kurs|Preis) von {asset} am {day} auf {price} [{currency}]",
        ),
        effect=Effect.WRITE,
        table=True,
        examples=("kit prices set BTC 2024-01-31 42580", "kit prices set HOUSE 2024-01-31 350000 --currency EUR"),
    ),
    Command(
        "prices sources",
        "Where prices can come from: what each source needs, when it last answered, what it may still be asked",
        run=f"{_SKILL}.views.price_sources:show",
        phrases=(
            "where do prices come from",
            "which price sources are there",
            "[show] [my] price sources",
            "woher kommen die (Kurse|Preise)",
            "welche Kursquellen gibt es",
        ),
        table=True,
        examples=("kit prices sources",),
    ),
)
