"""Every failure of the Bot API as one of ours. No word of it holds a token."""

from __future__ import annotations

import re
from datetime import timedelta

from kit import BadKey, KitError, MissingPermission, NetworkFailure, OddAnswer, RateLimited, Refused

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
ASK_BOTFATHER = "Check channels.telegram in config.json; the token is what @BotFather gave."


class TooOld(Refused):
    """A button's press that Telegram will not have answered any more."""


def translated(error: Exception) -> KitError:
    """A failure of the Bot API as one of ours."""
    from telegram import error as failures

    said = TOKEN.sub("***", str(error))
    match error:
        case failures.RetryAfter():
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else wait
            return RateLimited("Telegram wants fewer messages.", retry_after=seconds)
        case failures.InvalidToken() | failures.EndPointNotFound():
            return BadKey("Telegram does not know this token.", next_step=ASK_BOTFATHER)
        case failures.Forbidden():
            return MissingPermission(f"Telegram refuses: {said}.", next_step="Open the chat with the bot there.")
        case failures.Conflict():
            return Refused(
                "Another program listens as the same bot.", next_step="End it, or give each a bot of its own."
            )
        case failures.ChatMigrated():
            return Refused("The group has become another one.", next_step="Ask there again.")
        case failures.BadRequest():
            return Refused(f"Telegram refuses: {said}.")
        case failures.TimedOut():
            return NetworkFailure("Telegram did not answer in time.")
        case failures.NetworkError():
            return NetworkFailure("Telegram cannot be reached.")
    return OddAnswer("Telegram answered something that is none of its answers.")
