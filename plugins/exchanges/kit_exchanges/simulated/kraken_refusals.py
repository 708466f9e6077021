"""Faults in Kraken's own words: status 200, and a list of errors."""

from __future__ import annotations

from collections.abc import Mapping

from .faults import Fault
from .wire import Answer, json_bytes


def _refusal(error: str, *, retry_after: int | None = None) -> Answer:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answer(json_bytes({"error": [error]}), headers=headers)


REFUSALS: Mapping[Fault, Answer] = {
    Fault.CLOCK_SKEW: _refusal("EAPI:Invalid nonce"),
    Fault.BAD_KEY: _refusal("EAPI:Invalid key"),
    Fault.BAD_SIGNATURE: _refusal("EAPI:Invalid signature"),
    Fault.KEY_REVOKED: _refusal("EAPI:Invalid key"),
    Fault.PERMISSION_DENIED: _refusal("EGeneral:Permission denied"),
    Fault.IP_BAN: _refusal("EGeneral:Temporary lockout"),
    Fault.INVALID_NONCE: _refusal("EAPI:Invalid nonce"),
    Fault.RATE_LIMIT: _refusal("EAPI:Rate limit exceeded"),
    Fault.RATE_LIMIT_WAIT: _refusal("EGeneral:Too many requests", retry_after=1),
    Fault.MAINTENANCE: _refusal("EService:Unavailable"),
    Fault.BUSY: _refusal("EService:Busy"),
    Fault.UNKNOWN_ERROR: _refusal("EFuture:Trouble of a new kind"),
}
