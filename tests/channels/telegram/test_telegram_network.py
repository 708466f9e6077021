"""When Telegram fails: answers are tried again, the bot comes back, and nothing says the token."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kit import BadKey, ConfigError, ExchangeError, KitError, MissingPermission, NetworkFailure, OddAnswer, Refused
from kit.testing import HostFactory

if TYPE_CHECKING:
    from tests.channels.conftest import BotApi
    from tests.channels.telegram.conftest import Chat

    Make = Callable[..., Chat]

OWNER = 11


@pytest.fixture
def talk(chat: Make) -> Chat:
    made = chat()
    made.pair()
    return made


@pytest.mark.parametrize("fault", ["drop", "<html>Bad gateway</html>", 500, 502])
def test_an_answer_is_sent_again_where_the_first_try_fails(talk: Chat, fault: str | int, refusal: type) -> None:
    talk.api.faults["sendMessage"] = [fault if isinstance(fault, str) else refusal(fault, "Internal Server Error")]
    assert talk.ask(OWNER, "/quote 1").text == "Would sell for 1."
    assert not talk.host.problems()


def test_what_telegram_wants_to_be_waited_is_waited(talk: Chat, refusal: type) -> None:
    talk.api.faults["sendMessage"] = [refusal(429, "Too Many Requests: retry after 2", retry_after=2)]
    began = time.monotonic()
    assert talk.ask(OWNER, "/quote 1").text == "Would sell for 1."
    assert time.monotonic() - began >= 2


def test_an_answer_that_never_arrives_is_a_problem_until_the_next_one_does(talk: Chat, refusal: type) -> None:
    talk.api.faults["sendMessage"] = [refusal(400, "Bad Request: no such thing")]
    talk.api.write(OWNER, "/quote 1")
    talk.until(lambda: bool(talk.host.problems()))
    (problem,) = talk.host.problems()
    assert problem.what == "Somebody who asked the bot got no answer: Telegram refuses: No such thing."
    talk.ask(OWNER, "/quote 1")
    talk.settle()
    assert talk.host.problems() == []


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("drop", NetworkFailure, "Telegram cannot be reached."),
        ("<html>Login to this hotel's network</html>", OddAnswer, "none of its answers"),
        ((401, "Unauthorized"), BadKey, "does not know this token"),
        ((404, "Not Found"), BadKey, "does not know this token"),
        ((403, "Forbidden: bot was kicked"), MissingPermission, "bot was kicked"),
        ((400, "Bad Request: chat not found"), Refused, "Chat not found"),
        ((409, "Conflict: terminated by other getUpdates request"), Refused, "Another program listens"),
        ((500, "Internal Server Error"), NetworkFailure, "cannot be reached"),
        ((418, "I'm a teapot"), NetworkFailure, "cannot be reached"),
    ],
)
def test_what_ends_the_listening_is_told_in_our_words(
    chat: Make, bot_api: BotApi, refusal: type, fault: str | tuple[int, str], kind: type[KitError], words: str
) -> None:
    bot_api.faults["getUpdates"] = [fault if isinstance(fault, str) else refusal(*fault)]
    failure = chat().failure()
    assert type(failure) is kind
    assert words in str(failure)
    assert bot_api.secret not in repr(failure)
    assert failure.__suppress_context__


def test_every_error_of_the_library_is_one_of_ours() -> None:
    from kit_channels.telegram.faults import translated
    from telegram import error as failures

    made = {
        failures.RetryAfter: failures.RetryAfter(timedelta(seconds=7)),
        failures.ChatMigrated: failures.ChatMigrated(5),
        failures.TimedOut: failures.TimedOut(),
        failures.PassportDecryptionError: failures.PassportDecryptionError("x"),
    }
    kinds = [each for each in vars(failures).values() if isinstance(each, type) and issubclass(each, Exception)]
    library = {each for each in kinds if each.__module__ == "telegram.error"}
    assert len(library) >= 11
    for kind in library:
        ours = translated(made.get(kind) or kind("of 123:SECRET_token, at http://x/bot123:SECRET_token/getMe"))
        assert isinstance(ours, ExchangeError)
        assert "SECRET" not in str(ours)
    assert getattr(translated(made[failures.RetryAfter]), "retry_after", None) == 7


def test_the_bot_comes_back_when_the_network_does(talk: Chat) -> None:
    """The listening ends with a transient error; whoever keeps streams begins it anew."""
    talk.api.server.stop()
    assert isinstance(talk.failure(), NetworkFailure)
    talk.start()
    assert isinstance(talk.failure(), NetworkFailure)
    talk.api.server.start()
    talk.start()
    assert talk.ask(OWNER, "/quote 2").text == "Would sell for 2."


def test_what_came_while_nobody_listened_is_answered_then(talk: Chat) -> None:
    talk.stop()
    talk.until(lambda: not talk.api.listeners)
    talk.api.write(OWNER, "/quote 8")
    talk.start()
    talk.until(lambda: talk.api.said[-1].text == "Would sell for 8.")


def test_the_library_logs_nothing_not_even_when_everything_is_logged(
    chat: Make, bot_api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    """Its HTTP client writes every address into the log, and the token is part of each."""
    caplog.set_level(logging.DEBUG)
    talk = chat()
    talk.pair()
    talk.api.faults["getUpdates"] = ["drop"]
    talk.ask(OWNER, "/quote 1")
    talk.failure()
    assert bot_api.secret not in caplog.text
    assert not [each for each in caplog.records if each.name.partition(".")[0] in ("httpx", "httpcore", "telegram")]


@pytest.mark.parametrize("token", ["", "abc", "123", "12:with space", "12:a/../b", "12:a\nb", "🤖:abc"])
def test_what_is_no_token_is_refused_before_anybody_is_asked(
    kit_host: HostFactory, bot_api: BotApi, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kit_channels.telegram.settings import TelegramSettings
    from kit_channels.telegram.wire import Wire

    monkeypatch.setenv("TELEGRAM_TOKEN", token)
    settings = TelegramSettings.model_validate({"token": {"env": "TELEGRAM_TOKEN"}, "apiUrl": bot_api.url})
    services = kit_host("kit_channels.telegram.plugin").services
    with pytest.raises(ConfigError) as failure:
        services.network.run(Wire(settings, services).me())
    assert not token or token not in str(failure.value)
    assert bot_api.asked == []
