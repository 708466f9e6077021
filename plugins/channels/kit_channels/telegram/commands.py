"""What can be asked about the bot, in the terminal of the machine that it runs on."""

from __future__ import annotations

from kit import Argument, Command, Effect, Option, ValueType

from .roles import ROLES

_MINE = "kit_channels.telegram.people"

COMMANDS = (
    Command(
        "telegram pair",
        "A one-time code: whoever sends it to the bot may use it from then on",
        run=f"{_MINE}:pair",
        params=(
            Option("role", help="What that person may do", choices=ROLES, default="read"),
            Option("for", ValueType.DURATION, "How long the code is good (10m)"),
        ),
        effect=Effect.WRITE,
        local=True,
        details="The bot answers nobody else, not even with a refusal. “read” may look; “trade” may also change "
        "things, and trade where trading is enabled. A second code for the same person changes what they may do.",
        examples=("kit telegram pair", "kit telegram pair --role trade --for 5m"),
    ),
    Command(
        "telegram users",
        "Who may use the bot, and when they last did",
        run=f"{_MINE}:users",
        table=True,
        local=True,
    ),
    Command(
        "telegram unpair",
        "Take somebody off the bot: from the next moment on they are strangers",
        run=f"{_MINE}:unpair",
        params=(Argument("user", ValueType.INTEGER, "The number in “kit telegram users”"),),
        effect=Effect.WRITE,
        local=True,
    ),
)
