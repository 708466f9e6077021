"""The host's commands about what people are told."""

from __future__ import annotations

from ..commands import Command, Effect, Flag, Option, ValueType

_H = "kit.cli.handlers.notifications"

NOTIFICATION_COMMANDS = (
    Command(
        "notifications",
        "What you were told, on which channel, and what still waits",
        run=f"{_H}:show",
        params=(
            Flag("waiting", "Only what is not delivered yet"),
            Option("limit", ValueType.INTEGER, "How many at most", default=20),
        ),
        phrases=(
            "[show] my notifications",
            "what did you tell me",
            "what is waiting -> waiting",
            "[zeig] meine (Benachrichtigungen|Nachrichten)",
            "was hast du mir gesagt",
        ),
        table=True,
    ),
    Command(
        "notifications test",
        "Tell a word on every channel that is on, to see that it arrives",
        run=f"{_H}:try_out",
        params=(Option("channel", help="Only on this one"),),
        phrases=(
            "test my notifications",
            "send me a test (message|notification)",
            "teste meine Benachrichtigungen",
            "schick mir eine Testnachricht",
        ),
        effect=Effect.WRITE,
        table=True,
        examples=("kit notifications test",),
    ),
    Command(
        "notifications send",
        "Deliver what waits now, where no “kit start” does so",
        run=f"{_H}:send",
        phrases=(
            "deliver my notifications",
            "stelle meine Benachrichtigungen zu",
        ),
        effect=Effect.WRITE,
        table=True,
    ),
)
