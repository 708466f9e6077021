"""What the reader of a valuation must know: what it leaves out, what does not agree, how old it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Problem, Severity, plain, span

from ..core.fiat import MONEY
from ..core.wording import listed
from ..plugin import SECTION

if TYPE_CHECKING:
    from ..core.valuation import Holding
    from ..portfolio import Portfolio
    from ..store.account_rows import AccountState

FRESH = timedelta(days=3)
_IN_THE_SENTENCE = ""


def findings(portfolio: Portfolio) -> tuple[Problem, ...]:
    """The problems that a valuation rests on, the worst first."""
    return (
        *_unreached(portfolio),
        *_unpriced(portfolio),
        *_negative(portfolio),
        *_discrepancies(portfolio),
        *_histories(portfolio),
        *_stale(portfolio),
    )


def exit_code(problems: Iterable[Problem]) -> int:
    """3 where something is wrong; that prices have an age is no fault."""
    return 3 if any(problem.severity is not Severity.INFO for problem in problems) else 0


def priced(portfolio: Portfolio) -> list[str]:
    """How much of what is held has a price, and how old the oldest of them is; for a sentence."""
    coverage = portfolio.valuation.coverage
    words = [f"{coverage.priced} of {coverage.held} assets priced"]
    if coverage.oldest_at is not None:
        words.append(f"prices {span(portfolio.now - coverage.oldest_at)} old")
    elif coverage.oldest is not None:
        words.append(f"oldest price {coverage.oldest}")
    return words


def up_to_date(portfolio: Portfolio) -> str:
    """How many of the connected accounts answered when they were last asked, and how old the others are."""
    behind = [
        f"{portfolio.label(name)} {_age(portfolio, state)}"
        for name, state in portfolio.connected.items()
        if state is None or state.fault
    ]
    whole = len(portfolio.connected)
    return f"{whole - len(behind)} of {whole} accounts up to date, {listed(behind)}" if behind else ""


def _age(portfolio: Portfolio, state: AccountState | None) -> str:
    if state is None or state.answered is None:
        return "never reached"
    return f"{span(portfolio.now - state.answered)} old"


def _unreached(portfolio: Portfolio) -> Iterator[Problem]:
    for name, state in portfolio.connected.items():
        label = portfolio.label(name)
        if state is None:
            what, next_step = f"{label} was never asked: the total leaves it out.", "Ask it: kit sync"
        elif state.fault:
            age = _age(portfolio, state)
            what = f"{label} is {age}: {state.fault}" if state.answered else f"{label} was {age}: {state.fault}"
            next_step = state.next_step or f"See: kit exchanges test {name}"
        else:
            continue
        yield Problem(f"portfolio.account:{name}", Severity.WARNING, what, _IN_THE_SENTENCE, next_step)


def _unpriced(portfolio: Portfolio) -> Iterator[Problem]:
    valuation = portfolio.valuation
    missing = valuation.coverage.unpriced
    if missing:
        step = "Get prices: kit prices fetch; or import a file: kit prices import FILE"
        if not valuation.coverage.priced and valuation.currency not in MONEY:
            step += f"; or count in other money than {valuation.currency}: kit config set {SECTION}.baseCurrency EUR"
        yield Problem(
            "portfolio.unpriced",
            Severity.WARNING,
            f"No price for {listed(missing)} in {valuation.currency}: the total leaves "
            f"{'it' if len(missing) == 1 else 'them'} out.",
            _IN_THE_SENTENCE,
            step,
        )


def _negative(portfolio: Portfolio) -> Iterator[Problem]:
    below = [each for each in portfolio.valuation.holdings if each.quantity < 0 and each.basis == "calculated"]
    if below:
        yield Problem(
            "portfolio.negative",
            Severity.WARNING,
            f"More was sent than received: {listed(_place(portfolio, each) for each in below)}. History is missing.",
            _IN_THE_SENTENCE,
            "Import the earlier records of these accounts: kit import FILE",
        )


def _discrepancies(portfolio: Portfolio) -> Iterator[Problem]:
    waiting = {*_never_walked(portfolio), *_owing(portfolio)}
    parted = [each for each in portfolio.valuation.holdings if each.discrepancy and each.account not in waiting]
    if parted:
        yield Problem(
            "portfolio.discrepancy",
            Severity.WARNING,
            f"Reported and calculated balances differ: {listed(_difference(portfolio, each) for each in parted)}.",
            _IN_THE_SENTENCE,
            "See both: kit portfolio --detailed",
        )


def _histories(portfolio: Portfolio) -> Iterator[Problem]:
    """The accounts whose records nobody has asked for yet: their balances are right, and that is all that is known."""
    if waiting := _never_walked(portfolio):
        yield Problem(
            "portfolio.history",
            Severity.INFO,
            f"The history of {listed(map(portfolio.label, waiting))} was not fetched yet.",
            _IN_THE_SENTENCE,
            "Fetch it, which may take a while: kit sync",
        )
    if owing := _owing(portfolio):
        yield Problem(
            "portfolio.owed",
            Severity.INFO,
            f"The history of {listed(map(portfolio.label, owing))} does not tell yet what changed the balances.",
            _IN_THE_SENTENCE,
            "Fetch what is new of it: kit sync",
        )


def _never_walked(portfolio: Portfolio) -> list[str]:
    return [name for name, state in portfolio.connected.items() if state and state.answered and not state.walked]


def _owing(portfolio: Portfolio) -> list[str]:
    return [name for name, state in portfolio.connected.items() if state and state.walked and state.owed]


def _stale(portfolio: Portfolio) -> Iterator[Problem]:
    coverage = portfolio.valuation.coverage
    if coverage.oldest is None:
        return
    age = portfolio.today - coverage.oldest
    if age > FRESH:
        yield Problem(
            "portfolio.stale",
            Severity.INFO,
            f"Prices are up to {age.days:,} days old: {listed(coverage.oldest_assets)} of {coverage.oldest}.",
            _IN_THE_SENTENCE,
            "Get newer ones: kit prices fetch",
        )


def _place(portfolio: Portfolio, holding: Holding) -> str:
    return f"{plain(holding.quantity)} {holding.asset} on {portfolio.label(holding.account)}"


def _difference(portfolio: Portfolio, holding: Holding) -> str:
    difference = holding.discrepancy or Decimal(0)
    return f"{'+' if difference > 0 else ''}{plain(difference)} {holding.asset} on {portfolio.label(holding.account)}"
