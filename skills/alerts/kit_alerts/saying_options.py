"""The options of a rule, as commands declare them."""

from __future__ import annotations

from kit import Flag, Option, Param, ValueType

CONDITION_OPTIONS = {
    "total-above": "total above this",
    "total-below": "total below this",
    "change": "changed by so much: -5%, +5% (see --period)",
    "share-above": "the share of --asset above this",
    "share-below": "the share of --asset below this",
    "drawdown-above": "fallen from its highest by more than this",
    "unrealized-above": "unrealized gain above this",
    "unrealized-below": "unrealized gain below this (-1000)",
    "price-above": "price above this",
    "price-below": "price below this",
    "rsi-above": "relative strength index above this",
    "rsi-below": "relative strength index below this",
    "volume-above": "volume above so much of its average (200%)",
}
"""Each is the words “MEASURE OPERATOR VALUE”: --total-above 20k is “total above 20k”."""

CONDITIONS: tuple[Param, ...] = (
    *(Option(name, help=f"{text[:1].upper()}{text[1:]}") for name, text in CONDITION_OPTIONS.items()),
    Option("asset", help="The asset that a share is of"),
    Option("period", help="How far back a change or an indicator looks: 1h, 24h, 7d"),
)
SHAPE: tuple[Param, ...] = (
    Flag("repeat", "Fire again each time it crosses anew, not only once"),
    Option("cooldown", ValueType.DURATION, "With --repeat: not again within so long (1h)"),
    Option("for", ValueType.DURATION, "Only when it has held for so long (10m)"),
    Option("hours", help="Only in these hours of the day: 9-17"),
    Option("days", help="Only on these days: mon,tue or mon-fri"),
    Option(
        "priority",
        help="critical also in quiet hours; normal without a sound; high if not said",
        choices=("critical", "high", "normal"),
    ),
    Option("expires", help="Until this day (2027-01-31), or for so long (7d)"),
    Option("note", help="A word that is told along"),
    Option("channel", help="Only on this channel; all that are on if not said"),
)
