"""What can be asked of the portfolio."""

from __future__ import annotations

from kit import Argument, Command, Effect, Flag, Option, ValueType

from .analysis_commands import ANALYSIS_COMMANDS
from .ledger_commands import LEDGER_COMMANDS
from .performance_commands import PERFORMANCE_COMMANDS
from .price_commands import PRICE_COMMANDS
from .trading_commands import TRADING_COMMANDS

_SKILL = "kit_portfolio_tracker"

COMMANDS = (
    Command(
        "portfolio",
        "The consolidated overview of every account",
        run=f"{_SKILL}.views.overview:show",
        params=(
            Flag("detailed", "Every account and asset, reported and calculated, with price, source and age"),
            Option("exchange", ValueType.ACCOUNT, "Only this account"),
            Flag("suspected", "Count accounts in that were never imported, and that transfers went to"),
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
        "portfolio reconcile",
        "What accounts report beside what their records sum to, why they may differ, and what to do",
        run=f"{_SKILL}.views.reconcile:show",
        params=(
            Option("exchange", ValueType.ACCOUNT, "Only this account"),
            Option("asset", ValueType.ASSET, "Only this asset"),
            Flag("offline", "Ask no exchange; answer from what is known"),
        ),
        phrases=("reconcile my portfolio", "reconcile my accounts", "why do my balances differ"),
        table=True,
        examples=("kit portfolio reconcile",),
    ),
    Command(
        "portfolio tax",
        "A tax report of a year: disposals lot by lot, income, fees, holdings, and what is wrong with them",
        run=f"{_SKILL}.views.tax:show",
        params=(
            Option("year", ValueType.INTEGER, "The tax year, by the year in which it begins; last year if not said"),
            Option("format", help="A file for machines, or one to print", choices=("csv", "json", "pdf")),
            Option("output", ValueType.PATH, "The file to write; csv and json go to standard output without one"),
            Option("form", help="generic, us-8949, uk-cgt, de-23, de-22, or one that a plugin brings"),
            Option("method", help="fifo, lifo, hifo, lofo, acb, s104, or one that a plugin brings"),
            Option("scope", help="What a pool of lots is", choices=("universal", "per-account")),
            Flag("force", "Overwrite the file"),
        ),
        phrases=("tax report", "make my tax report", "tax report for {year}", "my taxes for {year}"),
        details="No tax advice. The report opens with what was assumed, what is flagged and what was left out.",
        examples=("kit portfolio tax --year 2024 --format csv", "kit portfolio tax --form us-8949"),
    ),
    Command(
        "portfolio what-if",
        "A sale before it is made: its gain, the lots it would use, how long they were held",
        run=f"{_SKILL}.views.what_if:show",
        params=(
            Argument("action", choices=("sell",), help="What to try: sell"),
            Argument("quantity", ValueType.AMOUNT, "How much"),
            Argument("asset", ValueType.ASSET, "Of which asset"),
            Option(
                "price",
                ValueType.AMOUNT,
                "What a unit brings, in the base currency; today's price where it is not said",
            ),
            Option("account", ValueType.ACCOUNT, "From which account, where pools are per account"),
            Flag("offline", "Ask no exchange; answer from what is known"),
        ),
        phrases=("what if I sell {quantity} {asset}", "what if I sold {quantity} {asset}"),
        examples=("kit portfolio what-if sell 0.5 BTC",),
    ),
    Command(
        "portfolio harvest",
        "Unrealized losses worth taking, lot by lot, with their holding periods",
        run=f"{_SKILL}.views.harvest:show",
        params=(
            Option("min-loss", ValueType.AMOUNT, "Only lots that lose at least this much; 1 where it is not said"),
            Flag("offline", "Ask no exchange; answer from what is known"),
        ),
        phrases=("which losses can I harvest", "tax loss harvesting", "show my losing lots"),
        table=True,
        examples=("kit portfolio harvest",),
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
        "ledger match",
        "Which withdrawals and deposits are one transfer; with two records: that these are",
        run=f"{_SKILL}.views.matching:match",
        params=(
            Argument("out", help="The record of what left: its id, the beginning of it, or ACCOUNT/ID", required=False),
            Argument("into", help="The record of what came", required=False),
        ),
        effect=Effect.WRITE,
        table=True,
        examples=("kit ledger match",),
    ),
    Command(
        "ledger unmatch",
        "That a withdrawal and the deposit it was matched with are not one transfer",
        run=f"{_SKILL}.views.matching:unmatch",
        params=(Argument("id", help="Either record: its id, the beginning of it, or ACCOUNT/ID"),),
        effect=Effect.WRITE,
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
            Flag("formats", "Show which formats are known"),
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
            "kit import --formats",
        ),
    ),
    *PERFORMANCE_COMMANDS,
    *ANALYSIS_COMMANDS,
    *LEDGER_COMMANDS,
    *PRICE_COMMANDS,
    *TRADING_COMMANDS,
)
