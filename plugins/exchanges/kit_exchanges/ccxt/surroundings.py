"""What the clients of one account stand on: its settings, revealed once, and what it shares with others."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kit import ConfigError, Services

from .addresses import Elsewhere, elsewhere
from .limits import Key, Limit
from .names import label
from .scrubbing import Scrubber
from .settings import Addresses, CcxtSettings
from .venues import ADDRESS_LIMITED, BURSTS

if TYPE_CHECKING:
    from aiohttp import ClientSession

_Shared = TypeVar("_Shared")
_UNCOUNTED = 1e9


class Surroundings:
    """One account's place in the network. Nothing is opened before `session` is called, on the loop."""

    def __init__(
        self, account: str, settings: CcxtSettings, services: Services, *, credentials: dict[str, str]
    ) -> None:
        self.account = account
        self.venue = settings.type
        self.label = label(settings.type)
        self.settings = settings
        self.services = services
        self.credentials = credentials
        self.scrub = Scrubber(credentials.values())
        self.contracts = False
        self._own_session: ClientSession | None = None

    def for_contracts(self) -> Surroundings:
        """The same, with the markets of derivatives."""
        others = Surroundings(self.account, self.settings, self.services, credentials=self.credentials)
        others.contracts = True
        return others

    @cached_property
    def elsewhere(self) -> Elsewhere:
        base = self.settings.base_url
        if isinstance(base, Addresses):
            return elsewhere(base.rest, base.ws)
        return elsewhere(base, None)

    @property
    def timeout_seconds(self) -> float:
        return self.settings.timeout_seconds or self.services.network.options.timeout_seconds

    def session(self) -> ClientSession:
        """The HTTP session of the network, or one of its own where this account goes another way."""
        network = self.services.network
        if not network.here:
            if self._own_session is None or self._own_session.closed:
                self._own_session = self._make_session()
            return self._own_session
        if not (self.settings.proxy or self.settings.ca_file):
            return network.session()
        return self.shared("session", self._make_session, lambda session: session.close(), self._way)

    @property
    def tls(self) -> ssl.SSLContext:
        if not self.settings.ca_file:
            return self.services.network.tls
        return self.shared("tls", self._make_tls, _nothing, self.settings.ca_file)

    def limit(self, per_second: float) -> Limit:
        """The bucket of those whom this venue counts together; a server on this machine counts nobody."""
        if self.elsewhere.on_this_machine:
            return Limit(_UNCOUNTED)
        counted = "" if self.venue in ADDRESS_LIMITED else self._key_name
        return self.shared(
            "limit",
            lambda: Limit(per_second, BURSTS.get(self.venue)),
            _nothing,
            self.place,
            self.settings.proxy,
            counted,
        )

    @cached_property
    def key(self) -> Key:
        return self.shared("key", Key, _nothing, self.place, self._key_name)

    @property
    def place(self) -> str:
        """The venue and where it is reached: what its markets and limits belong to."""
        return f"{self.venue} {self.elsewhere}".strip()

    @property
    def listing(self) -> str:
        """What a list of markets belongs to."""
        return f"{self.place} contracts" if self.contracts else self.place

    def shared(
        self, what: str, make: Callable[[], _Shared], close: Callable[[_Shared], Awaitable[None]], *of: str
    ) -> _Shared:
        """What all accounts of the same circumstances use together, as long as the network lives."""
        kept: _Shared = self.services.network.kept(f"ccxt {what} {' '.join(of)}", make, close)
        return kept

    async def close(self) -> None:
        if self._own_session is not None:
            await self._own_session.close()
            self._own_session = None

    @property
    def _key_name(self) -> str:
        named = self.credentials.get("apiKey") or self.credentials.get("walletAddress") or ""
        return hashlib.blake2b(named.encode(), digest_size=8).hexdigest() if named else ""

    @property
    def _way(self) -> str:
        return f"{self.settings.proxy} {self.settings.ca_file}"

    def _make_session(self) -> ClientSession:
        from aiohttp import ClientSession, TCPConnector

        proxy = self.settings.proxy or self.services.network.options.proxy
        return ClientSession(connector=TCPConnector(ssl=self.tls, limit=0), trust_env=not proxy, proxy=proxy or None)

    def _make_tls(self) -> ssl.SSLContext:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
        try:
            context.load_verify_locations(cafile=Path(self.settings.ca_file).expanduser())
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"exchanges.{self.account}.caFile: {self.settings.ca_file} cannot be used ({type(error).__name__}).",
                next_step="Name a file of PEM certificates.",
            ) from None
        return context


async def _nothing(_shared: object) -> None:
    """It needs no closing."""
