"""How people ask to be told: “tell me when BTC is above 70k”, “sag mir Bescheid, wenn mein Portfolio um 5 % fällt”.

A price of one asset is meant in the currency that is said, in US dollars where none is.
"""

from __future__ import annotations

from collections.abc import Iterator

_ENGLISH = "[please] (tell me|alert me|notify me|warn me|let me know) when"
_GERMAN = "[bitte] (sag [mir] Bescheid|gib [mir] Bescheid|sag mir|benachrichtige mich|warne mich) (wenn|falls)"
_PRICES = (("{coin:asset}", "USD", ""), ("{coin:asset}", "{quote}", " {quote:currency}"))


def saying() -> Iterator[str]:
    """The phrases of `kit alert`."""
    yield from _of_the_portfolio()
    for coin, quote, currency in _PRICES:
        yield from _of_a_price(f"the price of {coin}", f"der (Kurs|Preis) von {coin}", f"{{coin}}/{quote}", currency)
        yield from _of_a_price(coin, coin, f"{{coin}}/{quote}", currency)
    yield from _of_a_price("{pair:pair}", "{pair:pair}", "{pair}", "")
    for coin, subject in (("{coin:asset}", "{coin}/USD"), ("{pair:pair}", "{pair}")):
        yield from _of_a_move(coin, coin, subject)
        for operator, english, german in (("above", "above", "über"), ("below", "below", "unter")):
            set_ = f"subject={subject} rsi-{operator}={{level}}"
            yield f"{_ENGLISH} the rsi of {coin} is {english} {{level:amount}} -> {set_}"
            yield f"{_GERMAN} der RSI von {coin} {german} {{level:amount}} (ist|steigt|fällt) -> {set_}"


def _of_the_portfolio() -> Iterator[str]:
    mine = "subject=portfolio"
    for operator, english, german, moves, verb in (
        ("above", "above", "über", "rises", "steigt"),
        ("below", "below", "unter", "falls", "fällt"),
    ):
        more, mehr = ("more", "mehr") if operator == "above" else ("less", "weniger")
        total, share = f"{{total-{operator}:money}}", f"{{share-{operator}:percent}}"
        yield f"{_ENGLISH} my portfolio (is|{moves}) {english} {total} -> {mine}"
        yield f"{_ENGLISH} my portfolio is worth {more} than {total} -> {mine}"
        yield f"{_ENGLISH} {{asset}} is {more} than {share} of my portfolio -> {mine}"
        yield f"{_ENGLISH} [the] share of {{asset}} (is|{moves}) {english} {share} -> {mine}"
        yield f"{_GERMAN} mein Portfolio [auf] {german} {total} (ist|{verb}) -> {mine}"
        yield f"{_GERMAN} mein Portfolio {mehr} als {total} wert ist -> {mine}"
        yield f"{_GERMAN} {{asset}} {mehr} als {share} meines Portfolios ist -> {mine}"
        yield f"{_GERMAN} der Anteil von {{asset}} {german} {share} (ist|{verb}) -> {mine}"
    yield f'{_ENGLISH} my portfolio reaches {{total:money}} -> {mine} words="total at {{total}}"'
    yield f'{_GERMAN} mein Portfolio {{total:money}} erreicht -> {mine} words="total at {{total}}"'
    yield f"{_ENGLISH} my drawdown (is|rises) above {{drawdown-above:percent}} -> {mine}"
    yield f"{_GERMAN} mein (Drawdown|Rückgang) über {{drawdown-above:percent}} (ist|steigt) -> {mine}"
    yield from _of_a_move("my portfolio", "mein Portfolio", "portfolio")


def _of_a_price(english: str, german: str, subject: str, currency: str) -> Iterator[str]:
    set_ = f"subject={subject}"
    above, below = (f"{{price-{operator}:amount}}{currency}" for operator in ("above", "below"))
    yield f"{_ENGLISH} {english} (is|rises) above {above} -> {set_}"
    yield f"{_ENGLISH} {english} (is|falls) below {below} -> {set_}"
    yield f"{_ENGLISH} {english} costs more than {above} -> {set_}"
    yield f"{_ENGLISH} {english} costs less than {below} -> {set_}"
    yield f'{_ENGLISH} {english} (reaches|hits|crosses) {{price:amount}}{currency} -> {set_} words="price at {{price}}"'
    yield f"{_GERMAN} {german} [auf] über {above} (ist|steigt) -> {set_}"
    yield f"{_GERMAN} {german} [auf] unter {below} (ist|fällt) -> {set_}"
    yield f"{_GERMAN} {german} mehr als {above} kostet -> {set_}"
    yield f"{_GERMAN} {german} weniger als {below} kostet -> {set_}"
    yield f'{_GERMAN} {german} {{price:amount}}{currency} erreicht -> {set_} words="price at {{price}}"'


def _of_a_move(english: str, german: str, subject: str) -> Iterator[str]:
    for sign, moves, verb in (("-", "falls", "fällt"), ("+", "rises", "steigt")):
        set_ = f"subject={subject} change={sign}{{move}}"
        yield f"{_ENGLISH} {english} {moves} [by] {{move:percent}} [(in|within) {{period:duration}}] -> {set_}"
        yield f"{_GERMAN} {german} [um] {{move:percent}} [(in|innerhalb von) {{period:duration}}] {verb} -> {set_}"
        yield f"{_GERMAN} {german} (in|innerhalb von) {{period:duration}} [um] {{move:percent}} {verb} -> {set_}"
