from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, strategies as st

from kit import Argument, Command, Effect, Flag, Invocation, Option, ValueType
from kit.phrases import Ambiguous, Grammar, NoMatch, spoken

COMMANDS = (
    Command(
        "portfolio",
        "Overview",
        run="x:y",
        params=(Flag("detailed"), Option("exchange", ValueType.ACCOUNT)),
        phrases=(
            "show my portfolio",
            "portfolio details -> detailed",
            "how much do i have on {exchange}",
            "what's my portfolio worth",
        ),
    ),
    Command(
        "holdings",
        "Holdings",
        run="x:y",
        params=(Argument("asset", ValueType.ASSET, required=False),),
        phrases=("what {asset} do i have", "show my holdings"),
    ),
    Command(
        "performance",
        "Performance",
        run="x:y",
        params=(Option("period", choices=("7d", "30d", "ytd"), default="30d"), Option("from", ValueType.DATE)),
        phrases=(
            "how is my performance",
            "performance last week -> period=7d",
            "performance this year -> period=ytd",
            "performance since {from}",
        ),
    ),
    Command(
        "portfolio rebalance",
        "Rebalance",
        run="x:y",
        params=(Option("threshold", ValueType.RATIO),),
        phrases=("rebalance my portfolio", "rebalance my portfolio beyond {threshold}"),
        effect=Effect.TRADE,
    ),
    Command(
        "connect",
        "Connect",
        run="x:y",
        params=(Argument("account", ValueType.ACCOUNT),),
        phrases=("connect {account}",),
        effect=Effect.WRITE,
    ),
)
ACCOUNTS = ("binance", "Kraken", "my-forex_account")
GRAMMAR = Grammar(COMMANDS, ACCOUNTS)


@pytest.mark.parametrize(
    ("said", "command", "params"),
    [
        ("Show my portfolio", "portfolio", {}),
        ("Portfolio details", "portfolio", {"detailed": True}),
        ("How much do I have on Binance?", "portfolio", {"exchange": "binance"}),
        ("What BTC do I have?", "holdings", {"asset": "BTC"}),
        ("Show my holdings", "holdings", {}),
        ("How is my performance?", "performance", {}),
        ("Performance last week", "performance", {"period": "7d"}),
        ("Performance this year", "performance", {"period": "ytd"}),
        ("Rebalance my portfolio", "portfolio rebalance", {}),
    ],
)
def test_the_founding_phrases_mean_their_commands(said: str, command: str, params: dict[str, object]) -> None:
    assert GRAMMAR.match(said) == Invocation(command, params)


@pytest.mark.parametrize(
    "said",
    [
        "show my portfolio",
        "  SHOW   my\tPortfolio!!! ",
        "Hey Kit, show my portfolio please",
        "hey kit could you please show my portfolio?",
        "“Show my portfolio.”",
        "Please show my portfolio, thank you!",
        "show portfolio",
        "pls show portfolio thx",
        "gimme my portfolio",
    ],
)
def test_manners_and_punctuation_do_not_matter(said: str) -> None:
    assert GRAMMAR.match(said) == Invocation("portfolio", {})


@pytest.mark.parametrize(
    "said", ["What's my portfolio worth?", "what’s my portfolio worth", "What is my portfolio worth"]
)
def test_apostrophes_are_written_out(said: str) -> None:
    assert GRAMMAR.match(said) == Invocation("portfolio", {})


def test_slots_are_typed() -> None:
    assert GRAMMAR.match("performance since 2024-01-31") == Invocation("performance", {"from_": date(2024, 1, 31)})
    assert isinstance(GRAMMAR.match("performance since yesterday"), NoMatch)
    assert GRAMMAR.match("rebalance my portfolio beyond 5%") == Invocation(
        "portfolio rebalance", {"threshold": Decimal("0.05")}
    )
    assert GRAMMAR.match("what btc do I have") == Invocation("holdings", {"asset": "BTC"})
    assert isinstance(GRAMMAR.match("what coins do I have"), NoMatch)


def test_account_names_are_found_as_people_say_them() -> None:
    assert GRAMMAR.match("how much do I have on KRAKEN") == Invocation("portfolio", {"exchange": "Kraken"})
    assert GRAMMAR.match("how much do I have on my forex account?") == Invocation(
        "portfolio", {"exchange": "my-forex_account"}
    )


def test_an_unknown_account_is_left_to_the_command_unless_it_changes_something() -> None:
    assert GRAMMAR.match("how much do I have on bitfinex?") == Invocation("portfolio", {"exchange": "bitfinex"})
    assert isinstance(GRAMMAR.match("connect bitfinex"), NoMatch)
    assert GRAMMAR.match("connect binance") == Invocation("connect", {"account": "binance"})


@pytest.mark.parametrize(
    "said",
    [
        "disconnect binance",
        "don't connect binance",
        "do not connect binance",
        "connect binance and kraken",
        "never connect binance",
        "connect binance?please",
        "don't show my portfolio",
        "do not show my portfolio",
        "show my portfolio and sell everything",
        "show my portfolio. Rebalance my portfolio.",
        "rebalance my portfolio not",
        "don't rebalance my portfolio",
        "please rebalance my portfolio",
        "rebalance my portfolio now",
        "rebalance my portfolios",
        "should I rebalance my portfolio",
        "rebalance my portfolio beyond five",
        "portfolio",
        "rebalance portfolio",
        "",
        "   ",
        "?!",
        "show my portfolio " * 40,
    ],
)
def test_near_misses_and_dangerous_sentences_mean_nothing(said: str) -> None:
    assert isinstance(GRAMMAR.match(said), NoMatch)


def test_the_nearest_phrases_are_named() -> None:
    missed = GRAMMAR.match("show my portfolios")
    assert isinstance(missed, NoMatch)
    assert "show my portfolio" in missed.nearest
    assert GRAMMAR.match("quantum chromodynamics") == NoMatch(())


def test_a_phrase_is_shown_with_its_slots_named() -> None:
    assert spoken("how much do i have on {exchange} -> detailed") == "how much do i have on EXCHANGE"


def test_two_meanings_are_both_named() -> None:
    twice = Command("worth", "Worth", run="x:y", phrases=("show my portfolio",))
    found = Grammar([*COMMANDS, twice]).match("show my portfolio")
    assert found == Ambiguous((Invocation("portfolio", {}), Invocation("worth", {})))


def test_plain_words_are_nearer_than_a_slot_but_never_for_a_trade() -> None:
    assets = Command("assets", "Assets", run="x:y", phrases=("what xyz do i have",))
    assert Grammar([*COMMANDS, assets]).match("what xyz do I have") == Invocation("assets", {})
    trade = Command("sale", "Sale", run="x:y", phrases=("what xyz do i have",), effect=Effect.TRADE)
    assert isinstance(Grammar([*COMMANDS, trade]).match("what xyz do I have"), Ambiguous)


@pytest.mark.parametrize(
    "phrase", ["show {nothing}", "show -> nothing", "show -> exchange", "{exchange}", "", "show -> period=7d"]
)
def test_a_phrase_that_contradicts_its_command_is_a_fault(phrase: str) -> None:
    with pytest.raises(ValueError, match="phrase"):
        Grammar([Command("c", "C", run="x:y", params=(Option("exchange", ValueType.ACCOUNT),), phrases=(phrase,))])


WORD = st.from_regex(r"[a-z]{1,10}", fullmatch=True)
DANGEROUS = st.sampled_from(["rebalance my portfolio", "connect binance", "rebalance my portfolio beyond 5%"])


@given(DANGEROUS, WORD, st.integers(0, 6))
def test_one_more_word_never_trades_or_changes(phrase: str, word: str, at: int) -> None:
    words = phrase.split()
    words.insert(at, word)
    found = GRAMMAR.match(" ".join(words))
    changing = {command.name for command in COMMANDS if command.effect is not Effect.READ}
    assert not (isinstance(found, Invocation) and found.command in changing)


@given(DANGEROUS, st.integers(0, 4))
def test_one_word_less_never_trades_or_changes(phrase: str, at: int) -> None:
    words = phrase.split()
    assume(at < len(words))
    shorter = " ".join(words[:at] + words[at + 1 :])
    assume(shorter.casefold() not in {"rebalance my portfolio"})
    assert not isinstance(GRAMMAR.match(shorter), Invocation)


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(GRAMMAR.match(text), Invocation | Ambiguous | NoMatch)


@given(st.sampled_from(["show my portfolio", "show my holdings", "portfolio details"]), st.integers(0, 2**20))
def test_case_never_matters(phrase: str, mask: int) -> None:
    swapped = "".join(sign.upper() if mask >> at & 1 else sign for at, sign in enumerate(phrase))
    assert GRAMMAR.match(swapped) == GRAMMAR.match(phrase)


@pytest.mark.parametrize("name", ["wallet-twenty", "forty_two", "Konto fünfzig", "k.i.t.", "what's-left"])
def test_an_account_is_known_by_its_name_whatever_words_are_in_it(name: str) -> None:
    grammar = Grammar(COMMANDS, (name,))
    for said in (name, name.replace("-", " ").replace("_", " ")):
        assert grammar.match(f"how much do I have on {said}?") == Invocation("portfolio", {"exchange": name})
