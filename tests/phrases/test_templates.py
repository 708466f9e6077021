"""A phrase of a declaration: choices, kinds of slots, what is set."""

from __future__ import annotations

import pytest

from kit import Argument, Command, Effect, Flag, Invocation, Option
from kit.phrases import Ambiguous, Grammar, NoMatch, spoken
from kit.phrases.templates import ways_of

ALERT = Command(
    "alert",
    "Alert",
    run="x:y",
    params=(
        Argument("subject"),
        Argument("words", many=True, required=False),
        Option("price-above"),
        Option("change"),
        Flag("active"),
    ),
    phrases=(
        "[please] (tell me|alert me|let me know) when {coin:asset} is above {price-above:amount} -> subject={coin}/USD",
        'tell me when {coin:asset} reaches {price:amount} -> subject={coin}/USD words="price at {price}"',
        "tell me when my portfolio falls [by] {move:percent} -> subject=portfolio, change=-{move} active",
    ),
    effect=Effect.WRITE,
)
GRAMMAR = Grammar([ALERT])


@pytest.mark.parametrize("begin", ["please tell me", "tell me", "let me know", "please let me know", "alert me"])
def test_any_of_its_choices_will_do(begin: str) -> None:
    wanted = Invocation("alert", {"subject": "BTC/USD", "price_above": "70k"})
    assert GRAMMAR.match(f"{begin} when bitcoin is above 70k") == wanted


@pytest.mark.parametrize("said", ["tell me let me know when btc is above 70k", "when btc is above 70k", "please"])
def test_only_one_of_its_choices_will_do(said: str) -> None:
    assert isinstance(GRAMMAR.match(said), NoMatch)


def test_what_is_set_may_contain_what_was_said() -> None:
    reaches = Invocation("alert", {"subject": "ETH/USD", "words": ("price at 5000",)})
    assert GRAMMAR.match("tell me when ether reaches 5000") == reaches
    falls = Invocation("alert", {"subject": "portfolio", "change": "-5%", "active": True})
    assert GRAMMAR.match("tell me when my portfolio drops by 5 %") == falls


def test_a_number_that_may_mean_two_is_asked_about() -> None:
    found = GRAMMAR.match("tell me when BTC is above 60.000")
    assert isinstance(found, Ambiguous)
    assert [each.params["price_above"] for each in found.meanings] == ["60000", "60"]


def test_a_phrase_is_shown_in_its_plainest_form() -> None:
    assert spoken(ALERT.phrases[0]) == "tell me when COIN is above PRICE-ABOVE"
    assert spoken("[show] [all [of]] my (alerts|rules) -> active") == "my alerts"


def test_every_way_to_say_a_phrase_is_known() -> None:
    assert set(ways_of("[show [all]] my (alerts|rules)")) == {
        f"{begin}my {what}" for begin in ("", "show ", "show all ") for what in ("alerts", "rules")
    }


@pytest.mark.parametrize(
    "phrase",
    [
        "show [my alerts",
        "show (my|your alerts",
        "[show] {subject}",
        "(show|{subject}) {words}",
        "show {subject:banana}",
        "show {nothing:asset}",
        "show -> subject={nothing}",
        "show -> subject",
    ],
)
def test_a_phrase_that_can_mean_nothing_is_a_fault(phrase: str) -> None:
    with pytest.raises(ValueError, match="phrase"):
        Grammar([Command("c", "C", run="x:y", params=ALERT.params, phrases=(phrase,))])


def test_what_moves_money_can_have_no_phrase() -> None:
    sale = Command("sell", "Sell", run="x:y", phrases=("sell all",), effect=Effect.TRADE, preview="show")
    with pytest.raises(ValueError, match="moves money"):
        Grammar([sale])


def test_one_commands_fault_leaves_the_others_their_phrases() -> None:
    faulty = Command("faulty", "Faulty", run="x:y", phrases=("do {nothing}",))
    grammar = Grammar([faulty, ALERT], forgiving=True)
    assert isinstance(grammar.match("tell me when btc is above 70k"), Invocation)
