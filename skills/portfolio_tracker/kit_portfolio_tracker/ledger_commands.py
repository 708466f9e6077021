"""What can be asked of the ledger's records, and what can be written there by hand."""

from __future__ import annotations

from kit import Argument, Command, Effect, Flag, Kind, Option, Param, ValueType

_SKILL = "kit_portfolio_tracker"
_KINDS = tuple(str(kind) for kind in Kind)
_RECORD = Argument("id", help="The record: its id, the beginning of it, or ACCOUNT/ID")
_FILTERS = (
    Option("asset", ValueType.ASSET, "Only records that moved this asset"),
    Option("account", ValueType.ACCOUNT, "Only records of this account"),
)
_DAYS = (
    Option("from", ValueType.DATE, "Only from this day on"),
    Option("to", ValueType.DATE, "Only up to this day"),
)


def _written(verb: str) -> tuple[Param, ...]:
    return (
        Option("received", help=f"What came in{verb}: “0.5 BTC”"),
        Option("sent", help=f"What went out{verb}: “30,000 USD”"),
        Option("fee", help=f"What was paid besides{verb}: “10 USD”"),
        Option("value", help=f"What it was worth{verb}: “30,000 USD”"),
        Option("to-account", help=f"Where a transfer went{verb}"),
        Option("note", help="A word on it"),
    )


LEDGER_COMMANDS = (
    Command(
        "ledger list",
        "The records of the ledger, the newest first",
        run=f"{_SKILL}.views.ledger:show_list",
        params=(
            *_FILTERS,
            Option("kind", help="Only records of this kind", choices=_KINDS),
            *_DAYS,
            Flag(
                "flagged", "Only records with something wrong: impossible quantities, transfers without their other end"
            ),
            Flag("marked", "Only records that were added, edited or removed by hand"),
            Option("limit", ValueType.INTEGER, "How many at most", default=50),
        ),
        phrases=(
            "show my ledger",
            "[my] ledger",
            "[show] my [(last|latest|recent)] (transactions|records|trades)",
            "[show] my {asset} (transactions|records)",
            "[show] my transactions (on|at) {account}",
            "[show] my deposits -> kind=deposit",
            "[show] my withdrawals -> kind=withdrawal",
            "what did I edit -> marked",
            "what is wrong with my (ledger|records) -> flagged",
            "[zeig] meine [(letzten|letzte)] (Buchungen|Transaktionen)",
            "[zeig] meine {asset} (Buchungen|Transaktionen)",
            "[zeig] meine (Buchungen|Transaktionen) (auf|bei) {account}",
            "[zeig] meine Einzahlungen -> kind=deposit",
            "[zeig] meine Auszahlungen -> kind=withdrawal",
            "was habe ich geändert -> marked",
            "was stimmt mit meinen Buchungen nicht -> flagged",
        ),
        table=True,
        examples=("kit ledger list", "kit ledger list --asset BTC --from 2024-01-01", "kit ledger list --flagged"),
    ),
    Command(
        "ledger show",
        "Everything of a record: its legs, its mark, how it was before an edit, the file that brought it",
        run=f"{_SKILL}.views.ledger:show_record",
        params=(_RECORD,),
        phrases=(
            "show record {id}",
            "zeig [die] Buchung {id}",
        ),
        table=True,
        examples=("kit ledger show 1a2b3c4d",),
    ),
    Command(
        "ledger add",
        "Write a record by hand",
        run=f"{_SKILL}.editing:add",
        params=(
            Argument("kind", help="What happened", choices=_KINDS),
            Option("time", help="When: 2024-01-31, “2024-01-31 14:30” or with an offset from UTC", required=True),
            Option("account", help="Whose it is; “manual” where it is on none of your accounts"),
            *_written(""),
        ),
        effect=Effect.WRITE,
        table=True,
        details="A time without an offset is one of your time zone. The record is marked “manual” where it is shown.",
        examples=('kit ledger add buy --time 2024-01-31 --received "0.5 BTC" --sent "20,000 USD" --fee "10 USD"',),
    ),
    Command(
        "ledger edit",
        "Correct a record; its original is kept and can be brought back",
        run=f"{_SKILL}.editing:edit",
        params=(
            _RECORD,
            Option("kind", help="What happened", choices=_KINDS),
            Option("time", help="When"),
            *_written(", “” for nothing"),
            Flag("undo", "Bring the original back"),
        ),
        effect=Effect.WRITE,
        table=True,
        details=(
            "What is not said stays as it is. No import and no sync changes an edited record again. "
            "A record stays on its account: to move it, remove it and add it to the other."
        ),
        examples=('kit ledger edit 1a2b3c4d --fee "12 USD"', "kit ledger edit 1a2b3c4d --undo"),
    ),
    Command(
        "ledger remove",
        "Let a record count nowhere any more; no import and no sync brings it back",
        run=f"{_SKILL}.editing:remove",
        params=(_RECORD, Flag("undo", "Let it count again")),
        effect=Effect.WRITE,
        table=True,
        examples=("kit ledger remove 1a2b3c4d", "kit ledger remove 1a2b3c4d --undo"),
    ),
    Command(
        "ledger export",
        "The records as kit CSV, which imports back the same",
        run=f"{_SKILL}.exporting:export_ledger",
        params=(
            Option("output", ValueType.PATH, "The file to write; else it goes to standard output"),
            *_FILTERS,
            *_DAYS,
            Flag("force", "Overwrite the file"),
        ),
        phrases=(
            "export my ledger",
            "exportiere meine Buchungen",
        ),
        details=(
            "Exact to the last digit and to every character of a note. Removed records are left out; marks and "
            "originals are not kept. Meant for programs: a spreadsheet may run a note that starts with =."
        ),
        examples=("kit ledger export --output ledger.csv", "kit ledger export --account kraken > kraken.csv"),
    ),
    Command(
        "portfolio export",
        "Holdings, lots or records as CSV or JSON",
        run=f"{_SKILL}.exporting:export_portfolio",
        params=(
            Option(
                "what", help="What to export", choices=("holdings", "ledger", "lots", "snapshots"), default="holdings"
            ),
            Option("format", help="The form of the file", choices=("csv", "json"), default="csv"),
            Option("output", ValueType.PATH, "The file to write; else it goes to standard output"),
            Flag("force", "Overwrite the file"),
            Flag("offline", "Ask no exchange; answer from what is known"),
        ),
        phrases=(
            "export my (portfolio|holdings)",
            "export my (portfolio|holdings) as {format}",
            "exportiere (mein Portfolio|meine Bestände)",
            "exportiere (mein Portfolio|meine Bestände) als {format}",
        ),
        examples=("kit portfolio export --output portfolio.csv", "kit portfolio export --what ledger --format json"),
    ),
)
