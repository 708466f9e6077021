"""`kit portfolio sectors` and `kit portfolio risk`, up to the founding document's own picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.testing import HostUnderTest

PICTURE = Path(__file__).parents[1] / "founding" / "pictures" / "sectors.txt"
# Made so that it comes out as printed there.
HELD = {
    "binance": "0.5 BTC, 8 ETH, 50 SOL, 3000 IMX",
    "kraken": "120 AAVE, 800 UNI, 160000 GALA",
    "metatrader": "10000 USDT, 5000 USDC",
}
PRICES = {
    "BTC": "60000",
    "ETH": "2500",
    "SOL": "100",
    "AAVE": "100",
    "UNI": "10",
    "USDT": "1",
    "USDC": "1",
    "IMX": "2",
    "GALA": "0.025",
}
Portfolio = Callable[..., HostUnderTest]
_LINE = re.compile(r"^• (?P<name>[\w ]+):\s+(?P<percent>\d+)(?:\.0)?% \((?P<assets>[A-Z, ]+)\)", re.MULTILINE)


def test_the_founding_picture_comes_out_as_printed(portfolio: Portfolio) -> None:
    """But for the decimal that every percentage has here, and for the bars."""
    said = portfolio(HELD, PRICES).cli("portfolio sectors").out
    printed = PICTURE.read_text(encoding="utf-8")
    assert said.splitlines()[0] == printed.splitlines()[0] == "📊 Sector Distribution"
    assert len(_LINE.findall(printed)) == 4
    assert _LINE.findall(said) == _LINE.findall(printed)


def test_sectors_have_bars_where_there_is_room_and_none_in_plain_text(portfolio: Portfolio) -> None:
    host = portfolio(HELD, PRICES)
    assert "██" in host.cli("portfolio sectors").out
    assert "█" not in host.cli("portfolio sectors --plain").out


def test_sectors_as_csv_have_a_row_for_each_asset(portfolio: Portfolio) -> None:
    lines = portfolio(HELD, PRICES, sectors={"GALA": {"Gaming": 0.5, "NFT": 0.5}}).cli("portfolio sectors --format csv")
    head, *rows = lines.out.splitlines()
    assert head == "sector,asset,weight,value,value_currency,share"
    assert "Layer 1,BTC,1,30000,USD,0.3" in rows
    assert "Gaming,GALA,0.5,2000,USD,0.02" in rows
    assert "NFT,GALA,0.5,2000,USD,0.02" in rows
    assert len(rows) == 10


def test_sectors_as_json_are_exact(portfolio: Portfolio) -> None:
    data = portfolio(HELD, PRICES).cli("portfolio sectors --json").json["data"]
    assert {each["name"]: float(each["share"]) for each in data["sectors"]} == {
        "Layer 1": 0.55,
        "DeFi": 0.2,
        "Stablecoins": 0.15,
        "Gaming": 0.1,
    }


def test_one_account_has_sectors_of_its_own(portfolio: Portfolio) -> None:
    said = portfolio(HELD, PRICES).cli("portfolio sectors --exchange metatrader").out
    assert "Stablecoins: 100.0%" in said
    assert "DeFi" not in said


def test_what_has_no_price_and_what_has_no_sector_is_said(portfolio: Portfolio) -> None:
    said = portfolio({"binance": "1 BTC, 5 ZZZ, 7 LUNA"}, {"BTC": "60000", "ZZZ": "2"}).cli("portfolio sectors")
    assert said.code == 3
    assert "2 of 3 assets priced" in said.out
    assert "No price for LUNA" in said.out
    assert "The sector of ZZZ is not known." in said.out
    assert '"sectors": {"ZZZ": "DeFi"}' in said.out


def test_without_any_price_no_share_is_invented(portfolio: Portfolio) -> None:
    host = portfolio({"binance": "1 BTC"}, {"ETH": "1"})
    for command in ("sectors", "risk"):
        said = host.cli(f"portfolio {command}")
        assert said.code == 3
        assert "No asset has a price, so no share can be said." in said.out
        assert "0.0%" not in said.out


def test_risk_shows_what_hangs_on_what(portfolio: Portfolio) -> None:
    said = portfolio(HELD, PRICES).cli("portfolio risk").out
    for words in ("Largest Position: 30.0% (BTC)", "Effective Assets: 5.8 (of 9)", "Herfindahl Index: 0.171"):
        assert words in said
    rows = {tuple(re.split(r"\s*│\s*", line)[1:5]) for line in said.splitlines() if line.startswith("│")}
    assert ("venue", "Binance", "$61,000", "61.0%") in rows
    assert ("issuer", "Tether", "$10,000", "10.0%") in rows
    assert "account" not in said  # each is all there is at its venue
    assert "No limits are set." in said


def test_without_an_index_it_is_said_why(portfolio: Portfolio) -> None:
    said = portfolio({"binance": "1 BTC, -500 USD"}, PRICES).cli("portfolio risk").out
    assert "Effective Assets: N/A (none where something is below zero)" in said
    assert "Herfindahl Index: N/A" in said


def test_accounts_are_shown_where_a_venue_has_several(portfolio: Portfolio) -> None:
    host = portfolio({"savings": "1 BTC", "trading": "16 ETH"}, PRICES, paper=["savings", "trading"])
    said = host.cli("portfolio risk --offline --format csv").out.splitlines()
    assert said[3:6] == ["account,Savings,60000,USD,0.6", "account,Trading,40000,USD,0.4", "venue,Paper,100000,USD,1"]


def test_what_is_above_a_limit_is_a_problem_and_the_nearest_of_each_kind_is_shown(portfolio: Portfolio) -> None:
    said = portfolio(HELD, PRICES, riskLimits={"asset": 0.25, "venue": 0.5, "issuer": 0.2}).cli("portfolio risk")
    assert said.code == 3
    assert "BTC is 30.0% of the portfolio, above your limit of 25.0%." in said.out
    assert "All accounts at Binance hold 61.0% of the portfolio, above your limit of 50.0%." in said.out
    assert "raise riskLimits.venue in config.json" in said.out
    limits = said.out.partition("Limits:")[2]
    assert re.findall(r"^│ ([a-z]+) +│ (\w+)", limits, re.MULTILINE) == [
        ("venue", "Binance"),
        ("asset", "BTC"),
        ("issuer", "Tether"),
    ]


def test_an_exceeded_limit_is_kept_as_a_problem_and_goes_when_it_is_cured(portfolio: Portfolio, tmp_path: Path) -> None:
    host = portfolio(HELD, PRICES, riskLimits={"asset": 0.25})
    assert [each.key for each in host.problems()] == ["portfolio.limit:asset:BTC"]
    cheaper = tmp_path / "cheaper.csv"
    cheaper.write_text("date,asset,close\n2024-01-16,BTC,20000\n", encoding="utf-8")
    host.cli("prices", "import", str(cheaper))
    assert host.problems() == []


def test_without_limits_nothing_is_exceeded(portfolio: Portfolio) -> None:
    host = portfolio({"binance": "1 BTC"}, {"BTC": "60000"})
    assert host.cli("portfolio risk").code == 0
    assert host.problems() == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Sector distribution", "Sector Distribution"),
        ("Which sectors am I in?", "Sector Distribution"),
        ("Zeig meine Sektoren", "Sector Distribution"),
        ("How risky is my portfolio?", "Portfolio Risk"),
        ("Wie riskant ist mein Portfolio?", "Portfolio Risk"),
        ("Was ist meine größte Position?", "Portfolio Risk"),
    ],
)
def test_it_can_be_asked_in_plain_words(portfolio: Portfolio, words: str, title: str) -> None:
    assert title in portfolio(HELD, PRICES).cli("ask", words).out


def test_where_more_is_owed_than_held_there_are_values_and_it_is_said_that_there_are_no_shares(
    portfolio: Portfolio,
) -> None:
    host = portfolio({"binance": "1 BTC, -90000 USD"}, PRICES, riskLimits={"asset": 0.1})
    for command in ("sectors", "risk"):
        said = host.cli(f"portfolio {command}").out
        assert "2 of 2 assets priced; together they are worth nothing or less, so there are no shares." in said
        assert "$60,000" in said
        assert "No limits are set." not in said


def test_an_empty_portfolio_answers_in_the_same_form(portfolio: Portfolio) -> None:
    host = portfolio({}, {})
    sectors, risk = (host.cli(f"portfolio {command} --json") for command in ("sectors", "risk"))
    assert (sectors.code, risk.code) == (0, 0)
    assert (sectors.json["data"]["sectors"], risk.json["data"]["exposures"]) == ([], [])
    assert "Nothing is imported yet." in host.cli("portfolio risk").out
