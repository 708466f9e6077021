"""The portfolio as the store knows it now: what every read command starts from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from kit import Services, UnknownName

from .asset_renames import names_of
from .core.prices import CROSSES
from .core.renamed import older_names, renamed_positions, renamed_prices
from .core.valuation import Position, Valuation, value_portfolio
from .labels import distinct_labels
from .plugin import SECTION
from .rates import book_with_rates

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .core.suspected import SuspectedAccount
    from .settings import PortfolioSettings
    from .store.account_rows import AccountState


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Every position there ever was, and what the chosen ones are worth at the instant `now`.

    `connected` are the chosen accounts that are configured, each with how it is doing; None where it was
    never asked. `venues` are the venues of accounts, where they are known. `suspected` are accounts that are counted in
    though they were never imported.
    """

    positions: tuple[Position, ...]
    valuation: Valuation
    labels: Mapping[str, str]
    now: datetime
    connected: Mapping[str, AccountState | None]
    venues: Mapping[str, str]
    suspected: tuple[SuspectedAccount, ...] = ()

    @property
    def today(self) -> date:
        return self.now.date()

    def label(self, account: str) -> str:
        """What people call the account."""
        return self.labels[account]


def load_portfolio(
    services: Services, *, exchange: str | None = None, asset: str | None = None, suspected: bool = False
) -> Portfolio:
    """The portfolio in the base currency at the newest prices, whole or only one exchange's or one asset's.

    Assets have the names of now, whatever they were called when they came (`asset_changes`).

    With `suspected`, accounts that were never imported count as well, with what transfers took there.
    Raises UnknownName for an exchange that no account belongs to.
    """
    from .store.account_rows import account_states
    from .store.price_rows import latest_prices
    from .store.reading import read_positions

    settings: PortfolioSettings = services.settings(SECTION)
    base = settings.base_currency
    names = names_of(settings)
    now = services.clock.now()
    with services.store.read() as connection:
        positions = read_positions(connection)
        others = _suspected(connection, settings, positions) if suspected else ()
        positions += [
            Position(_called(each), asset, calculated=quantity)
            for each in others
            for asset, quantity in each.held.items()
        ]
        positions = renamed_positions(positions, names)
        states = account_states(connection)
        places = _places(services, connection, states)
        wanted = {*(position.asset for position in positions), base, *CROSSES}
        points = latest_prices(connection, wanted | older_names(wanted, names), until=now.date())
        points = renamed_prices(points, names)
    configured = services.exchanges()
    accounts = {position.account for position in positions} | set(configured)
    labels = distinct_labels(accounts, settings.account_labels)
    labels |= {name: name for name in (_called(each) for each in others)}
    chosen = accounts if exchange is None else _accounts_of(exchange, labels, places)
    wanted_asset = None if asset is None else names.latest(asset)
    valued = [each for each in positions if each.account in chosen and wanted_asset in {None, each.asset}]
    assets = {each.asset for each in valued if each.reported or each.calculated}
    book = book_with_rates(services, points, assets)
    connected = {name: states.get(name) for name in configured if name in chosen}
    return Portfolio(tuple(positions), value_portfolio(valued, book, base), labels, now, connected, places, others)


def asset_now(services: Services, asset: str) -> str:
    """What the asset is called now."""
    settings: PortfolioSettings = services.settings(SECTION)
    return names_of(settings).latest(asset)


def accounts_called(services: Services, exchange: str) -> frozenset[str]:
    """The accounts that are called so, else those at the venue of that name. Raises UnknownName."""
    from .store.account_rows import account_states
    from .store.reading import read_positions

    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        accounts = {position.account for position in read_positions(connection)} | set(services.exchanges())
        places = _places(services, connection, account_states(connection))
    labels = distinct_labels(accounts, settings.account_labels)
    return frozenset(_accounts_of(exchange, labels, places))


def _places(services: Services, connection: Connection, states: Mapping[str, AccountState]) -> dict[str, str]:
    """The venue of each account whose venue is known: by the config, by the last sync, by an imported file."""
    from .store.reading import venues

    asked = {name: state.venue for name, state in states.items()}
    return {**venues(connection), **asked, **{name: services.venue(name) for name in services.exchanges()}}


def _called(account: SuspectedAccount) -> str:
    return f"{account.name} (suspected)"


def _suspected(
    connection: Connection, settings: PortfolioSettings, positions: Collection[Position]
) -> tuple[SuspectedAccount, ...]:
    from .core.fiat import FIAT
    from .core.suspected import suspected_accounts
    from .core.transfers import match_transfers
    from .store.lot_rows import transfers_since
    from .store.match_rows import read_decisions

    found = match_transfers(transfers_since(connection, None), read_decisions(connection), is_money=FIAT.__contains__)
    own = {position.account for position in positions}
    labels = distinct_labels(own, settings.account_labels)
    return suspected_accounts(found.unmatched.values(), lambda account: labels.get(account, account), own)


def _accounts_of(exchange: str, labels: Mapping[str, str], places: Mapping[str, str]) -> Collection[str]:
    """The accounts that are called so, else those at the venue of that name."""
    text = exchange.strip()
    name = text.casefold()
    called = {account for account, label in labels.items() if label == text} or {
        account for account, label in labels.items() if name in {account.casefold(), label.casefold()}
    }
    at_venue = {account for account, venue in places.items() if venue.casefold() == name and account in labels}
    if not called and not at_venue:
        raise UnknownName("account", text, labels.values())
    return called | at_venue
