"""What the bot answers to words and commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.channels.telegram.conftest import Chat

    Make = Callable[..., Chat]

OWNER = 11


@pytest.fixture
def talk(chat: Make) -> Chat:
    """A chat with one who may look."""
    made = chat()
    made.pair()
    return made


def test_a_phrase_is_answered_with_a_table_and_whatever_a_name_is_made_of_is_text(talk: Chat) -> None:
    said = talk.ask(OWNER, "Show my apples, please!")
    assert said.html.splitlines() == [
        "🍎 <b>Stock</b>",
        "<pre>Apple How many",
        "──────────────",
        "&lt;b&gt;          4",
        "🍎           4",
        "\u2068תפוח\u2069         4",
        "a &amp; b        4</pre>",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "/stock --detailed",
        "/stock —detailed",  # what a phone makes of two hyphens
        "/Stock --detailed",
        "/stock@kit_bot --detailed",
        "kit stock --detailed",
        "show all my apples",
        "/stock_list_of_all --detailed",
        "/stock list-of-all detailed",
    ],
)
def test_a_command_is_understood_as_people_write_it(talk: Chat, text: str) -> None:
    said = talk.ask(OWNER, text)
    assert said.text.startswith("🍎 Stock")
    assert said.text.endswith("All of it.")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('/stock "a & b"', "a & b"),
        ("/stock “a & b”", "a & b"),
        ("/stock <b>", "<b>"),
        ("how many 🍎", "🍎"),
        ("how many תפוח", "תפוח"),
    ],
)
def test_names_of_any_script_are_understood(talk: Chat, text: str, named: str) -> None:
    rows = talk.ask(OWNER, text).text.splitlines()[3:]
    assert len(rows) <= 1
    assert all(named in row for row in rows)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what is the weather", "❌ I do not know what that asks for."),
        ("/stock\n<b>", "🍎 Stock"),
        ("/nosuch", "❌ There is no command “nosuch”."),
        ("/stock --nosuch", "❌ There is no option of “stock” “--nosuch”."),
        ("/stock --since yesterday", "❌ “yesterday” is not a date."),
        ("/stock --since", "❌ “--since” has no value."),
        ("/stock one two", "❌ “stock” does not take “two”."),
        ("/quote", "❌ “quote” needs PRICE."),
        ("/quote <b>", "❌ “<b>” is not a whole number."),
        ("/fail", "❌ The apples are gone.\nBuy some."),
        ("/crash", "❌ The command “crash” of the plugin stall failed: LookupError: a worm (plugin.py, line "),
        ("/here", "❌ There is no command “here”."),
        ("kit here", "❌ There is no command “here”."),
        ("kit config show", "❌ There is no command “config”.\nSee /help for what can be asked."),
        ("kit telegram pair --role trade", "❌ There is no command “telegram”."),
        ("/book --output /tmp/there", "❌ “--output” needs the machine that K.I.T. runs on."),
        ("/", "❌ That names no command."),
        ("\u202e\u0000", "❌"),
        ("x" * 4096, "❌ I do not know what that asks for."),
        ("/stock " + "x " * 2000, "❌ “stock” does not take “x”."),
    ],
)
def test_what_cannot_be_answered_says_why(talk: Chat, text: str, answer: str) -> None:
    assert answer in talk.ask(OWNER, text).text


def test_what_may_mean_two_things_is_asked(talk: Chat) -> None:
    asked = talk.ask(OWNER, "my apples")
    assert asked.text == "That may mean more than one thing:"
    assert list(asked.buttons) == ["curve", "curve again"]


def test_what_is_nearest_to_something_unknown_can_be_pressed(talk: Chat) -> None:
    said = talk.ask(OWNER, "sho my appels")
    assert said.text.startswith("❌ I do not know what that asks for.\nThe nearest I know: “show my apples”")
    talk.press(OWNER, said, "show my apples")
    assert talk.api.said[-1].text.startswith("🍎 Stock")


def test_help_names_what_may_be_asked_and_no_more(talk: Chat) -> None:
    text = talk.ask(OWNER, "/help").text
    assert len(re.findall("^“.*”$", text, re.MULTILINE)) == 6
    assert "/book All apples ever" in text
    assert "/sell" not in text
    assert "/here" not in text


def test_help_about_one_command_tells_what_it_takes(talk: Chat) -> None:
    text = talk.ask(OWNER, "/help stock").text
    assert "Counts them." in text
    assert "--detailed: More" in text
    assert "“how many NAME”" in text


def test_the_menu_of_a_chat_is_what_its_member_may_do(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER, "read")
    talk.pair(12, "trade")
    talk.until(lambda: set(talk.api.menus) == {OWNER, 12})
    looks, trades = ({each["command"] for each in talk.api.menus[user]} for user in (OWNER, 12))
    assert {"stock", "stock_list_of_all", "quote", "status"} <= looks
    assert trades - looks >= {"sell", "propose", "eat"}
    assert not trades & {"here", "config_show", "start", "telegram_pair", "restore", "import"}


def test_an_answer_longer_than_a_message_is_several_with_the_titles_again(talk: Chat) -> None:
    first, second = talk.asks(OWNER, "/book --lines 300", 2)
    assert first.html.startswith("<b>Book</b>\n<pre>Apple     No.")
    assert second.html.startswith("<pre>Apple     No.")
    rows = [line for each in (first, second) for line in each.text.splitlines() if line.startswith("apple")]
    assert [row.split()[-1] for row in rows] == [str(number) for number in range(300)]
    assert not first.keyboard


def test_an_answer_that_nobody_would_read_on_a_phone_comes_as_a_file(talk: Chat) -> None:
    *pages, last = talk.asks(OWNER, "/book --lines 3000", 4)
    assert len(pages) == 3
    name, content = last.file
    assert name == "answer.txt"
    assert "apple 2999  2,999" in content.decode()


def test_a_file_is_handed_over(talk: Chat) -> None:
    assert talk.ask(OWNER, "/paper").file == ("apples.csv", b"apple\n")


@pytest.mark.skipif(find_spec("vl_convert") is None, reason="the extra “charts” is not installed")
def test_a_chart_is_a_picture_with_what_stands_above_it_as_its_caption(talk: Chat) -> None:
    said = talk.ask(OWNER, "/curve")
    assert said.photo.startswith(b"\x89PNG")
    assert said.text == "Before.\n\nApples & <pears>"


def test_who_waits_sees_that_somebody_is_at_it(talk: Chat) -> None:
    assert talk.ask(OWNER, "/slow").text == "At last."
    assert "sendChatAction" in [method for _, method in talk.api.asked]


def test_a_slow_answer_to_one_holds_up_nobody_else(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    talk.pair(12)
    talk.api.write(OWNER, "/slow")
    assert talk.ask(12, "/quote 5").chat == 12
    talk.until(lambda: talk.api.said[-1].text == "At last.")


def test_answers_to_one_come_in_the_order_of_the_questions(talk: Chat) -> None:
    for text in ("/slow", "/quote 1", "/quote 2"):
        talk.api.write(OWNER, text)
    talk.until(lambda: len(talk.api.to(OWNER)) == 4)
    texts = [each.text for each in talk.api.to(OWNER)[1:]]
    assert texts == ["At last.", "Would sell for 1.", "Would sell for 2."]


def test_a_picture_that_somebody_sends_is_not_understood(talk: Chat) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    assert talk.ask(OWNER, None, photo=photo).text.startswith("⚠️ I understand words only.")
