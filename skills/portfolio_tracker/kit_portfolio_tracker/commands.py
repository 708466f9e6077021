"""What can be asked of the portfolio."""

from __future__ import annotations

from kit import Argument, Command, Effect, Flag, Option, ValueType

_SKILL = "kit_portfolio_tracker"

COMMANDS = (
    Command(
        "portfolio",
        "The consolidated overview of every account",
        run=f"{_SKILL}.views.overview:show",
        params=(
            Flag("detailed", "Every account and asset, reported and calculated, with price, source and age"),
            Option("exchange", ValueType.ACCOUNT, "Only this account"),
            Flag("watch", "Redraw it as it changes, until Ctrl-C"),
            Flag("offline", "Ask no exchange; answer from what is known"),
        ),
        phrases=(
            "show my portfolio",
            "show me my portfolio",
            "my portfolio",
            "portfolio",
            "portfolio overview",
            "how is my portfolio",
            "what is my portfolio worth",
            "portfolio details -> detailed",
            "show portfolio details -> detailed",
            "detailed portfolio -> detailed",
            "show my portfolio in detail -> detailed",
            "how much do I have on {exchange}",
            "how much do I have at {exchange}",
            "how much is on {exchange}",
            "what do I have on {exchange}",
            "what do I have at {exchange}",
            "show my portfolio on {exchange}",
        ),
        table=True,
        examples=("kit portfolio", "kit portfolio --detailed", "kit portfolio --exchange binance"),
    ),
    Command(
        "portfolio summary",
        "What was invested, what it brought, what it is worth: returns, gains, fees, winners and losers",
        run=f"{_SKILL}.views.summary:show",
        params=(Flag("offline", "Ask no exchange; answer from what is known"),),
        phrases=(
            "portfolio summary",
            "summary of my portfolio",
            "summarize my portfolio",
            "what is my total return",
            "what are my unrealized gains",
            "what are my gains",
            "winners and losers",
            "how much have I invested",
            "how much did I pay in fees",
        ),
        examples=("kit portfolio summary",),
    ),
    Command(
        "holdings",
        "Every asset you hold, or one asset account by account",
        run=f"{_SKILL}.views.holdings:show",
        params=(
            Argument("asset", ValueType.ASSET, "Only this asset, per account", required=False),
            Flag("offline", "Ask no exchange; answer from what is known"),
        ),
        phrases=(
            "show my holdings",
            "my holdings",
            "holdings",
            "what do I hold",
            "which assets do I have",
            "what {asset} do I have",
            "how much {asset} do I have",
            "how much {asset} do I hold",
            "show my {asset} holdings",
            "where is my {asset}",
        ),
        table=True,
        examples=("kit holdings", "kit holdings BTC"),
    ),
    Command(
        "sync",
        "Ask your connected accounts for balances, history and prices",
        run=f"{_SKILL}.syncing:sync",
        params=(
            Option("exchange", ValueType.ACCOUNT, "Only this account or venue"),
            Flag("full", "Walk through the whole history again; what is known stays as it is"),
        ),
        phrases=(
            "sync",
            "sync my accounts",
            "sync everything",
            "refresh my portfolio",
            "update my portfolio",
            "sync {exchange}",
            "refresh {exchange}",
            "update {exchange}",
        ),
        effect=Effect.WRITE,
        table=True,
        examples=("kit sync", "kit sync --exchange kraken"),
    ),
    Command(
        "ledger explain",
        "What a record did: the lots it made or used, bought when, where and for how much, and what was gained",
        run=f"{_SKILL}.views.explaining:show",
        params=(Argument("id", help="The record's id, the beginning of it, or ACCOUNT/ID"),),
        phrases=("explain record {id}",),
        examples=("kit ledger explain 8412-trade",),
    ),
    Command(
        "import",
        "Read exchange exports and kit CSV files into the portfolio",
        run=f"{_SKILL}.importing:import_files",
        params=(
            Argument("files", ValueType.FILE, "The files to read", required=False, many=True),
            Option("format", help="The format's name, where it is not recognised", default="auto"),
            Option("account", help="The account the rows belong to, where the file does not say"),
            Option("timezone", help="The zone of times that name none: Europe/Berlin, +03:00 or new-york-close"),
            Flag("dry-run", "Say what would happen; keep nothing"),
            Flag("rejected", "Show the rows kept aside by earlier imports"),
        ),
        effect=Effect.WRITE,
        table=True,
        details=(
            "A file is kept whole or not at all. Reading a file twice changes nothing. "
            "A row that cannot be used is kept aside with its reason; the others are kept."
        ),
        examples=(
            "kit import binance.csv kraken.csv",
            "kit import trades.csv --account savings",
            "kit import --rejected",
        ),
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
        "prices sources",
        "Where prices can come from: what each source needs, when it last answered, what it may still be asked",
        run=f"{_SKILL}.views.price_sources:show",
        phrases=("where do prices come from", "which price sources are there", "price sources"),
        table=True,
        examples=("kit prices sources",),
    ),
)
