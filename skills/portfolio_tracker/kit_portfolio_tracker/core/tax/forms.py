"""The table of tax forms. A plugin may add its own: hook `kit_tax_forms`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from kit import UsageError

from ..asset_changes import AssetNames, asset_names
from ..holding_period import long_term_from
from ..methods import METHODS
from ..plan import Plan, Rules, Scope, TransferFees, spans_of
from .generic import generic
from .germany import free_from, other_income, private_sales
from .report import TaxReport
from .united_kingdom import capital_gains
from .united_states import form_8949
from .year import TaxYear


@dataclass(frozen=True, slots=True)
class Form:
    """A report, and the rules of the country it is for.

    `methods` are those it allows, the usual one first; empty means any, first in first out if nothing is said.
    `scopes` says from which day on pools are what. `year_start` is the (month, day) that the tax year begins on. `zone`
    and `currency` are the country's; None means the configured ones. `long_from` and
    `forks_are_income` are as in `Plan`.
    """

    name: str
    label: str
    report: Callable[[TaxYear], TaxReport]
    methods: tuple[str, ...] = ()
    scope: Scope = Scope.UNIVERSAL
    scopes: Mapping[date, Scope] = field(default_factory=dict)
    fixed_scope: bool = False
    year_start: tuple[int, int] = (1, 1)
    zone: str | None = None
    currency: str | None = None
    long_from: Callable[[date], date] = long_term_from
    forks_are_income: bool = True

    def bounds(self, year: int) -> tuple[date, date]:
        """The first and the last day of the tax year that is called by `year`, in which it begins."""
        return date(year, *self.year_start), date(year + 1, *self.year_start) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose; None and empty leave it to the form.

    `method` is for every year, `methods` for some, `usual` for the others.
    """

    method: str | None = None
    methods: Mapping[int, str] = field(default_factory=dict)
    usual: str | None = None
    scope: Scope | None = None
    zone: str | None = None
    transfer_fees: TransferFees = TransferFees.DISPOSAL
    include_fees: bool = True
    names: AssetNames = field(default_factory=asset_names)


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("generic", "everything, lot by lot", generic),
        Form(
            "us-8949",
            "United States: Form 8949 and Schedule D",
            form_8949,
            methods=("fifo", "lifo", "hifo", "lofo"),
            scopes={date(2025, 1, 1): Scope.PER_ACCOUNT},
            zone="America/New_York",
            currency="USD",
        ),
        Form(
            "uk-cgt",
            "United Kingdom: capital gains",
            capital_gains,
            methods=("s104",),
            fixed_scope=True,
            year_start=(4, 6),
            zone="Europe/London",
            currency="GBP",
            forks_are_income=False,
        ),
        Form(
            "de-23",
            "Germany: private sales, § 23 EStG",
            private_sales,
            methods=("fifo", "lifo", "hifo", "lofo", "acb"),
            scope=Scope.PER_ACCOUNT,
            zone="Europe/Berlin",
            currency="EUR",
            long_from=free_from,
            forks_are_income=False,
        ),
        Form(
            "de-22",
            "Germany: other income, § 22 Nr. 3 EStG",
            other_income,
            methods=("fifo", "lifo", "hifo", "lofo", "acb"),
            scope=Scope.PER_ACCOUNT,
            zone="Europe/Berlin",
            currency="EUR",
            long_from=free_from,
            forks_are_income=False,
        ),
    )
}


def plan_for(form: Form, choices: Choices, *, currency: str, zone: str = "UTC") -> Plan:
    """How the ledger is to be computed for that form. Raises UsageError where the form forbids what was chosen."""
    for method in (choices.method, choices.usual, *choices.methods.values()):
        if method is not None and form.methods and method not in form.methods:
            raise UsageError(
                f"The form {form.name} does not allow the method {method}.",
                next_step=f"Choose one of: {', '.join(form.methods)}.",
            )
    if choices.scope is not None and form.fixed_scope and choices.scope is not form.scope:
        raise UsageError(f"The form {form.name} has one pool for all accounts.", next_step="Leave --scope away.")
    usual = choices.method or choices.usual or (form.methods[0] if form.methods else "fifo")
    name = choices.zone or form.zone or zone
    place = ZoneInfo(name)
    chosen = choices.scope is not None
    spans = spans_of(
        method=usual,
        by_year=choices.methods if choices.method is None else {},
        scope=choices.scope or form.scope,
        scopes={} if chosen else form.scopes,
        year_start=form.year_start,
        zone=place,
    )
    return Plan(
        form.currency or currency,
        tuple((start, _pooled(rules)) for start, rules in spans),
        place,
        name,
        include_fees=choices.include_fees,
        transfer_fees=choices.transfer_fees,
        names=choices.names,
        long_from=form.long_from,
        forks_are_income=form.forks_are_income,
    )


def _pooled(rules: Rules) -> Rules:
    """Section 104 knows one pool for all accounts, whatever the others do."""
    method = METHODS.get(rules.method)
    return replace(rules, scope=Scope.UNIVERSAL) if method is not None and method.looks_ahead else rules
