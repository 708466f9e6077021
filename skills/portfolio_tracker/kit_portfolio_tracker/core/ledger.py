"""The whole ledger: every asset's, fed with events in order. FORMULAS §2 and §6."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from kit import exact_math

from .allocation import Allotment
from .asset_ledger import AssetLedger, Listener
from .events import Event
from .fiat import FIAT
from .methods import METHODS, LotMethod
from .plan import Plan

Allotted = Mapping[str, Mapping[datetime, Sequence[Allotment]]]
"""How universal lots were given to accounts before: by asset, by the instant at which they were."""


class Ledger:
    """`assets` by name. Lots come into being as events of new assets come; `of` gives a ledger to start from."""

    def __init__(
        self,
        plan: Plan,
        *,
        methods: Mapping[str, LotMethod] = METHODS,
        listener: Listener | None = None,
        only: Callable[[str], bool] | None = None,
        allotted: Allotted | None = None,
    ) -> None:
        self.plan = plan
        self._allotted = allotted or {}
        self.assets: dict[str, AssetLedger] = {}
        self._methods = methods
        self._listener = listener
        self._only = only

    @exact_math()
    def take(self, events: Iterable[Event]) -> None:
        """What happened next, in the order of `events.order_of`."""
        assets, only = self.assets, self._only
        for event in events:
            ledger = assets.get(event.asset)
            if ledger is None:
                if only is not None and not only(event.asset):
                    continue
                ledger = assets[event.asset] = self.begin(event.asset)
            ledger.take(event)

    @exact_math()
    def finish(self, now: datetime | None = None) -> None:
        """Nothing comes after this; with `now`, whatever is due by then has arrived."""
        for ledger in self.assets.values():
            ledger.finish(now)

    def begin(self, asset: str) -> AssetLedger:
        """A ledger of that asset with nothing in it."""
        allotted = self._allotted.get(asset)
        return AssetLedger(asset, self.plan, self._methods, self._listener, money=asset in FIAT, allotted=allotted)
