"""The section `tax` of the portfolio tracker's settings, as a plan of the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kit import ConfigError, Services, UnknownName

from .asset_renames import names_of
from .core.methods import METHODS, LotMethod
from .core.plan import Plan, Scope, TransferFees
from .core.tax.forms import FORMS, Choices, Form, plan_for
from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import PortfolioSettings

AUTO = "auto"


def lot_methods(services: Services) -> dict[str, LotMethod]:
    """The table of methods by name, with those of plugins; the built-in ones keep their names."""
    return {method.name: method for _, method in services.call("kit_lot_methods")} | METHODS


def tax_forms(services: Services) -> dict[str, Form]:
    """The table of forms by name, with those of plugins; the built-in ones keep their names."""
    return {form.name: form for _, form in services.call("kit_tax_forms")} | FORMS


def tax_plan(services: Services, form: Form, *, method: str | None = None, scope: str | None = None) -> Plan:
    """How the ledger is to be computed for `form`: by the command line, else by the settings, else as usual there.

    Settings that the form does not allow are meant for another one, and give way. Raises UsageError for a choice of
    the command line that it does not allow, UnknownName for a method that nobody brings, ConfigError where the
    settings name it.
    """
    settings: PortfolioSettings = services.settings(SECTION)
    tax = settings.tax

    def fits(name: str) -> bool:
        return name != AUTO and (not form.methods or name in form.methods)

    chosen = scope or (tax.scope if tax.scope != AUTO and not form.fixed_scope else None)
    choices = Choices(
        method=method,
        usual=tax.method if fits(tax.method) else None,
        methods={int(year): name for year, name in tax.methods.items() if fits(name)},
        scope=Scope(chosen) if chosen else None,
        zone=tax.timezone if tax.timezone != AUTO else None,
        transfer_fees=TransferFees(tax.transfer_fees),
        include_fees=settings.include_fees,
        names=names_of(settings),
    )
    plan = plan_for(form, choices, currency=settings.base_currency)
    known = lot_methods(services)
    for _, rules in plan.spans:
        if rules.method not in known:
            error = UnknownName("lot method", rules.method, known)
            raise error if method else _misnamed("method" if rules.method == tax.method else "methods", error)
    return plan


def portfolio_plan(services: Services) -> Plan:
    """How the portfolio's own figures are computed: as for the configured form, in the base currency.

    Raises ConfigError where the settings name a form or a method that nobody brings.
    """
    return tax_plan(services, replace(configured_form(services), currency=None))


def configured_form(services: Services) -> Form:
    """The form that the settings name. Raises ConfigError where there is none: the schema cannot know all names."""
    settings: PortfolioSettings = services.settings(SECTION)
    try:
        return form_named(services, settings.tax.form)
    except UnknownName as error:
        raise _misnamed("form", error) from None


def form_named(services: Services, name: str) -> Form:
    """Raises UnknownName."""
    forms = tax_forms(services)
    if name not in forms:
        raise UnknownName("tax form", name, forms)
    return forms[name]


def _misnamed(key: str, error: UnknownName) -> ConfigError:
    return ConfigError(
        f"config.json skills.portfolio-tracker.tax.{key}: there is no {error.kind} “{error.name}”.",
        next_step=error.next_step,
    )
