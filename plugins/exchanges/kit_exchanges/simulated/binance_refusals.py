"""Faults in Binance's own words."""

from __future__ import annotations

from collections.abc import Mapping

from .faults import Fault
from .wire import Answer, json_bytes


def _refusal(status: int, code: int, text: str, *, retry_after: int | None = None) -> Answer:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answer(json_bytes({"code": code, "msg": text}), status=status, headers=headers)


_TOO_MUCH = "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."
_BAD = "Invalid API-key, IP, or permissions for action."
REFUSALS: Mapping[Fault, Answer] = {
    Fault.CLOCK_SKEW: _refusal(400, -1021, "Timestamp for this request is outside of the recvWindow."),
    Fault.BAD_KEY: _refusal(401, -2014, "API-key format invalid."),
    Fault.BAD_SIGNATURE: _refusal(400, -1022, "Signature for this request is not valid."),
    Fault.KEY_REVOKED: _refusal(401, -2015, _BAD),
    Fault.PERMISSION_DENIED: _refusal(401, -1002, "You are not authorized to execute this request."),
    Fault.IP_BAN: _refusal(418, -1003, "Way too much request weight used; IP banned for two minutes.", retry_after=120),
    Fault.INVALID_NONCE: _refusal(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time."),
    Fault.RATE_LIMIT: _refusal(429, -1003, _TOO_MUCH),
    Fault.RATE_LIMIT_WAIT: _refusal(429, -1003, _TOO_MUCH, retry_after=1),
    Fault.MAINTENANCE: _refusal(503, -1, "System is under maintenance."),
    Fault.BUSY: _refusal(503, -1008, "Server is currently overloaded with other requests. Please try again later."),
    Fault.UNKNOWN_ERROR: _refusal(400, -7777, "A new kind of trouble."),
}
