"""How people ask to be told: “tell me when BTC is above 70k”, “sag mir Bescheid, wenn mein Portfolio um 5 % fällt”.

A price of one asset is meant in the currency that is said, in US dollars where none is.
"""

from __future__ import annotations

from collections.abc import Iterator

_ENGLISH = "[please] (tell me|alert [me]|notify me|warn me|ping me|remind me|let me know) when"
_GERMAN = (
    "[bitte] (sag [mir] Bescheid|gib [mir] Bescheid|sag mir|melde dich|benachrichtige mich|(warne|warn) mich)"
    " (wenn|falls)"
)
_SET = "[(set|create|make|add) [an]] alert [(for|when|if)]"
_STELL = "([(stell|setz|setze|erstelle|mach) [einen]] Alarm (für|bei|wenn)|benachrichtige mich bei)"
_AT = 'words="price at {price}"'
_PRICES = (("{coin:asset}", "USD", ""), ("{coin:asset}", "{currency}", " {currency:currency}"))


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
        total, share = "{amount:money}", "{share:percent}"
        sum_, part = f"{mine} total-{operator}={{amount}}", f"{mine} share-{operator}={{share}}"
        yield f"{_ENGLISH} my portfolio (is|{moves}) {english} {total} -> {sum_}"
        yield f"{_ENGLISH} my portfolio is worth {more} than {total} -> {sum_}"
        yield f"{_SET} [my] portfolio [total] [is] {english} {total} -> {sum_}"
        yield f"{_STELL} mein Portfolio {german} {total} -> {sum_}"
        yield f"{_ENGLISH} {{asset}} is {more} than {share} of my portfolio -> {part}"
        yield f"{_ENGLISH} [the] share of {{asset}} (is|{moves}) {english} {share} -> {part}"
        yield f"{_GERMAN} mein Portfolio [auf] {german} {total} (ist|{verb}) -> {sum_}"
        yield f"{_GERMAN} mein Portfolio {mehr} als {total} wert ist -> {sum_}"
        yield f"{_GERMAN} {{asset}} {mehr} als {share} meines Portfolios ist -> {part}"
        yield f"{_GERMAN} der Anteil von {{asset}} {german} {share} (ist|{verb}) -> {part}"
    yield f'{_ENGLISH} my portfolio (reaches|hits) {{amount:money}} -> {mine} words="total at {{amount}}"'
    yield f'{_GERMAN} mein Portfolio {{amount:money}} erreicht -> {mine} words="total at {{amount}}"'
    yield f"{_ENGLISH} my drawdown (is|rises) above {{part:percent}} -> {mine} drawdown-above={{part}}"
    yield f"{_GERMAN} mein (Drawdown|Rückgang) über {{part:percent}} (ist|steigt) -> {mine} drawdown-above={{part}}"
    yield from _of_a_move("my portfolio", "mein Portfolio", "portfolio")


def _of_a_price(english: str, german: str, subject: str, currency: str) -> Iterator[str]:
    price = f"{{price:amount}}{currency}"
    above, below, at = (f"subject={subject} {how}" for how in ("price-above={price}", "price-below={price}", _AT))
    yield f"{_ENGLISH} {english} (is|rises) above {price} -> {above}"
    yield f"{_ENGLISH} {english} (is|falls) below {price} -> {below}"
    for operator, how in (("above", above), ("below", below), ("at", at)):
        yield f"{_SET} {english} [is] {operator} {price} -> {how}"
    for operator, how in (("über", above), ("unter", below), ("bei", at)):
        yield f"{_STELL} {german} {operator} {price} -> {how}"
    yield f"{_ENGLISH} {english} costs more than {price} -> {above}"
    yield f"{_ENGLISH} {english} costs less than {price} -> {below}"
    yield f"{_ENGLISH} {english} (reaches|hits|crosses|is at) {price} -> {at}"
    yield f"{_GERMAN} {german} [auf] über {price} (ist|steigt) -> {above}"
    yield f"{_GERMAN} {german} [auf] unter {price} (ist|fällt) -> {below}"
    yield f"{_GERMAN} {german} mehr als {price} kostet -> {above}"
    yield f"{_GERMAN} {german} weniger als {price} kostet -> {below}"
    yield f"{_GERMAN} {german} {price} (erreicht|kostet) -> {at}"
    yield f"{_GERMAN} {german} auf {price} (steigt|fällt) -> {at}"


def _of_a_move(english: str, german: str, subject: str) -> Iterator[str]:
    move = "[more than] {move:percent}"
    wie_weit, wie_lange = "[um] [mehr als] {move:percent}", "(in|innerhalb von) {period:duration}"
    for sign, moves, verb in (("-", "falls", "fällt"), ("+", "rises", "steigt")):
        set_ = f"subject={subject} change={sign}{{move}}"
        yield f"{_ENGLISH} {english} {moves} [by] {move} [(in|within) {{period:duration}}] -> {set_}"
        yield f"{_GERMAN} {german} {wie_weit} [{wie_lange}] {verb} -> {set_}"
        yield f"{_GERMAN} {german} {wie_lange} {wie_weit} {verb} -> {set_}"
