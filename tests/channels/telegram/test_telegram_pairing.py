"""The bot answers nobody whom it was not paired with, however they knock."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.channels.telegram.conftest import Chat

    Make = Callable[..., Chat]

OWNER, OTHER, STRANGER, GROUP = 11, 12, 66, -100


def silent(talk: Chat, user: int, text: str, chat: int | None = None) -> bool:
    """Whether nothing at all comes of it. The owner's question behind it shows that it was heard."""
    count = len(talk.api.said)
    talk.api.write(user, text, chat=chat)
    talk.ask(OWNER, "/quote 1")
    talk.settle()
    return len(talk.api.said) == count + 1


def test_nobody_is_answered_before_somebody_is_paired(chat: Make) -> None:
    talk = chat()
    for text in ("/start", "Show my apples", "/start AAAAAAAAAA", "hello"):
        talk.api.write(STRANGER, text)
    talk.pair(OWNER)
    assert [each.chat for each in talk.api.said] == [OWNER]


@pytest.mark.parametrize("written", ["{}", "/start {}", "  {} ", "/start@kit_bot {}"])
def test_a_code_opens_the_bot_for_whoever_sends_it(chat: Make, written: str) -> None:
    talk = chat()
    code = talk.code()
    welcome = talk.ask(OWNER, written.format(code.lower()))
    assert welcome.text == "🔓 You may use this bot now\n/help shows what can be asked."
    (member,) = talk.host.run("telegram users").data
    assert (member.user, member.role, member.name) == (OWNER, "read", "Person 11 <i>")


def test_a_code_is_good_once(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    code = talk.code()
    talk.ask(OTHER, code)
    assert silent(talk, STRANGER, code)
    assert len(talk.host.run("telegram users").data) == 2


def test_a_code_expires(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    code = talk.code(for_=timedelta(minutes=5))
    talk.host.clock.advance(timedelta(minutes=5))
    assert silent(talk, STRANGER, code)


def test_a_code_that_was_sent_to_a_group_opens_nothing(chat: Make) -> None:
    talk = chat(groups=True)
    talk.pair(OWNER)
    code = talk.code()
    assert silent(talk, STRANGER, code, GROUP)
    assert silent(talk, STRANGER, f"/start {code}", GROUP)


def test_codes_cannot_be_guessed_and_are_not_kept(chat: Make) -> None:
    talk = chat()
    codes = {talk.code() for _ in range(20)}
    assert len(codes) == 20
    assert all(re.fullmatch(r"[A-HJ-NP-Z2-9]{10}", code) for code in codes)
    kept = b"".join(file.read_bytes() for file in (talk.host.home / "data").iterdir() if file.is_file())
    assert not any(code.encode() in kept for code in codes)


def test_no_more_than_a_day_is_given_for_a_code(chat: Make) -> None:
    assert chat().host.cli("telegram pair --for 25h").code == 2


def test_a_second_code_changes_what_somebody_may_do(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER, "read")
    assert talk.ask(OWNER, "/eat").text.startswith("❌ You may look")
    talk.pair(OWNER, "trade")
    assert talk.ask(OWNER, "/eat").text == "Eaten."
    assert len(talk.host.run("telegram users").data) == 1


def test_whoever_is_taken_off_is_a_stranger_at_once(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    talk.pair(OTHER)
    talk.until(lambda: OTHER in talk.api.menus)
    answer = talk.host.cli(f"telegram unpair {OTHER}")
    assert "Person 12 <i> (12) may not use the bot any more." in answer.out
    assert silent(talk, OTHER, "Show my apples")
    talk.host.clock.advance(timedelta(seconds=1))
    assert talk.host.cli(f"telegram unpair {OTHER}").code == 2


def test_groups_are_not_heard_even_where_a_member_speaks(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    assert silent(talk, OWNER, "/stock", GROUP)
    assert silent(talk, STRANGER, "/stock", GROUP)


def test_groups_that_are_wanted_hear_members_alone_and_commands_for_this_bot_alone(chat: Make) -> None:
    talk = chat(groups=True)
    talk.pair(OWNER)
    assert talk.ask(OWNER, "/quote@kit_bot 3", chat=GROUP).chat == GROUP
    assert talk.ask(OWNER, "/quote 4", chat=GROUP).text == "Would sell for 4."
    assert silent(talk, STRANGER, "/quote 3", GROUP)
    assert silent(talk, OWNER, "/quote@other_bot 3", GROUP)
    assert silent(talk, OWNER, "Show my apples", GROUP)


def test_a_member_who_asks_too_much_is_told_so_once(chat: Make) -> None:
    talk = chat(perMinute=10)
    talk.pair(OWNER)
    talk.pair(OTHER)
    for _ in range(100):
        talk.api.write(OWNER, "/quote 1")
    assert talk.ask(OTHER, "/quote 2").text
    talk.until(lambda: len(talk.api.to(OWNER)) == 12)
    talk.settle()
    texts = [each.text for each in talk.api.to(OWNER)]
    assert texts[1:11] == ["Would sell for 1."] * 10
    assert texts[11:] == ["⚠️ That is more than 10 questions in a minute.\nWait for one."]


def test_a_flood_of_strangers_costs_its_members_nothing(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    for number in range(400):
        talk.api.write(1000 + number % 40, f"/start {'ABCDEFGHJK' if number % 2 else 'x'}")
    assert talk.ask(OWNER, "/quote 1").text == "Would sell for 1."
    assert {each.chat for each in talk.api.said} == {OWNER}
    assert len(talk.host.run("telegram users").data) == 1


def test_who_may_use_it_is_listed_with_when_they_last_did(chat: Make) -> None:
    talk = chat()
    assert "Nobody yet: kit telegram pair" in talk.host.cli("telegram users").out
    assert "Telegram: nobody may use it yet: kit telegram pair" in talk.host.cli("status").out
    talk.pair(OWNER)
    talk.settle()
    assert "Person 11 <i>" in talk.host.cli("telegram users").out
    talk.host.clock.advance(timedelta(minutes=3))
    assert "Telegram: 1 person, last answered 3 min ago" in talk.host.cli("status").out


def test_a_question_that_stays_unanswered_is_told_by_status_and_doctor(chat: Make) -> None:
    """That the bot listens proves nothing: somebody has to get an answer."""
    talk = chat()
    talk.pair(OWNER)
    talk.settle()
    assert "1 person" in talk.host.cli("doctor").out
    talk.host.clock.advance(timedelta(seconds=1))
    talk.api.write(OWNER, "/slow")
    talk.until(lambda: "sendChatAction" in [method for _, method in talk.api.asked])
    talk.host.clock.advance(timedelta(minutes=7))
    assert "a question has been unanswered for 7 min" in talk.host.cli("status").out
    assert "A question has been unanswered for 7 min." in talk.host.cli("doctor").out


def test_without_the_library_the_channel_says_what_to_install(chat: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "telegram", None)
    failure = chat().failure()
    assert str(failure).endswith("Install it: pip install 'kit-host[telegram]'")


def test_a_code_for_a_bot_that_is_off_says_so(chat: Make) -> None:
    answer = chat(enabled=False).host.cli("telegram pair")
    assert answer.code == 3
    assert "The bot is not on." in answer.out
