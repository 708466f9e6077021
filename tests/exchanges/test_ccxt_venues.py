"""Answers in the documented shape of many venues: what they say is what the account holds, to the last digit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kit import ExchangeError

if TYPE_CHECKING:
    from tests.exchanges.conftest import OpenVenue, RecordedVenue

D = Decimal
TINY = "0.000000000000000001"
KEYS = {"apiKey": "key-of-nobody", "secret": "c2VjcmV0LW9mLW5vYm9keQ==", "password": "word-of-nobody", "uid": "1"}
OWN_KEYS = {
    "coinbase": {
        "apiKey": "organizations/nobody/apiKeys/1",
        # A key made for this test; it opens nothing.
        "secret": "-----BEGIN EC PRIVATE KEY-----\n"
        "MHcCAQEEII7r8AuG8KlJZUfls3AFh5xIxkn/40caTgynLqWytDyooAoGCCqGSM49AwEHoUQDQgAE+c0nTK"
        "i1yt/FLPnTrCmfR/4EaHBo1LKsnEC72QTDQVnM9Ya+ikUbzy5OvlugMFW+o7WjRUN394qb3Ucaw8JqQw=="
        "\n-----END EC PRIVATE KEY-----\n",
    },
    "gemini": {"apiKey": "account-of-nobody"},
}


@dataclass(frozen=True)
class Case:
    """A venue, where it is asked for balances, an answer in its shape, and what that says: total and locked."""

    venue: str
    path: str
    answer: Any
    holds: dict[str, tuple[str, str]]

    def __str__(self) -> str:
        return self.venue


CASES = [
    Case(
        "coinbase",
        "/api/v3/brokerage/accounts",
        {
            "accounts": [
                {
                    "uuid": "8bfc20d7-f7c6-4422-bf07-8243ca4169fe",
                    "name": "BTC Wallet",
                    "currency": "BTC",
                    "available_balance": {"value": "1.23456789", "currency": "BTC"},
                    "default": False,
                    "active": True,
                    "type": "ACCOUNT_TYPE_CRYPTO",
                    "ready": True,
                    "hold": {"value": "0.00000001", "currency": "BTC"},
                }
            ],
            "has_next": False,
            "cursor": "",
            "size": 1,
        },
        {"BTC": ("1.23456790", "0.00000001")},
    ),
    Case(
        "bybit",
        "/v5/account/wallet-balance",
        {
            "retCode": 0,
            "retMsg": "OK",
            "result": {
                "list": [
                    {
                        "accountType": "UNIFIED",
                        "totalEquity": "3.31216591",
                        "coin": [
                            {
                                "coin": "ETH",
                                "equity": TINY,
                                "walletBalance": TINY,
                                "borrowAmount": "0",
                                "unrealisedPnl": "0",
                                "locked": "0",
                                "totalOrderIM": "0",
                                "totalPositionIM": "0",
                            },
                            {
                                "coin": "USDT",
                                "equity": "90.5",
                                "walletBalance": "100",
                                "borrowAmount": "0",
                                "unrealisedPnl": "-9.5",
                                "locked": "0",
                                "totalOrderIM": "0",
                                "totalPositionIM": "10",
                            },
                        ],
                    }
                ]
            },
            "retExtInfo": {},
            "time": 1690872862481,
        },
        {"ETH": (TINY, "0"), "USDT": ("90.5", "10")},
    ),
    Case(
        "okx",
        "/api/v5/account/balance",
        {
            "code": "0",
            "msg": "",
            "data": [
                {
                    "totalEq": "91884",
                    "uTime": "1617279471503",
                    "details": [
                        {
                            "ccy": "BTC",
                            "eq": "2.5",
                            "cashBal": "2.5",
                            "availBal": "2.25",
                            "availEq": "2.25",
                            "frozenBal": "0.25",
                            "ordFrozen": "0.25",
                            "liab": "",
                            "upl": "0",
                        }
                    ],
                }
            ],
        },
        {"BTC": ("2.5", "0.25")},
    ),
    Case(
        "kucoin",
        "/api/v1/accounts",
        {
            "code": "200000",
            "data": [
                {
                    "id": "5bd6e9286d99522a52e458de",
                    "currency": "KCS",
                    "type": "trade",
                    "balance": "237582.04299",
                    "available": "237582.032",
                    "holds": "0.01099",
                }
            ],
        },
        {"KCS": ("237582.04299", "0.01099")},
    ),
    Case(
        "bitget",
        "/api/v2/spot/account/assets",
        {
            "code": "00000",
            "msg": "success",
            "requestTime": 1695808949356,
            "data": [
                {
                    "coin": "USDT",
                    "available": "5.0",
                    "limitAvailable": "0",
                    "frozen": "1.5",
                    "locked": "0.5",
                    "uTime": "1",
                }
            ],
        },
        {"USDT": ("7.0", "2.0")},
    ),
    Case(
        "gate",
        "/api/v4/spot/accounts",
        [{"currency": "ETH", "available": "968.8", "locked": TINY}],
        {"ETH": ("968.800000000000000001", TINY)},
    ),
    Case(
        "mexc",
        "/api/v3/account",
        {
            "canTrade": True,
            "updateTime": None,
            "accountType": "SPOT",
            "balances": [{"asset": "MX", "free": "3", "locked": "0.5"}],
            "permissions": ["SPOT"],
        },
        {"MX": ("3.5", "0.5")},
    ),
    Case(
        "bitstamp",
        "/api/v2/account_balances/",
        [{"currency": "eur", "total": "100.00", "available": "90.00", "reserved": "10.00"}],
        {"EUR": ("100.00", "10.00")},
    ),
    Case(
        "gemini",
        "/v1/balances",
        [{"type": "exchange", "currency": "BTC", "amount": "1154.62034001", "available": "1129.10517279"}],
        {"BTC": ("1154.62034001", "25.51516722")},
    ),
    Case(
        "bitvavo",
        "/v2/balance",
        [{"symbol": "BTC", "available": "1.57593193", "inOrder": "0.74832374"}],
        {"BTC": ("2.32425567", "0.74832374")},
    ),
    Case(
        "bitfinex",
        "/v2/auth/r/wallets",
        [["exchange", "BTC", 1.5, 0, 1.25, None, None]],
        {"BTC": ("1.5", "0.25")},
    ),
    Case(
        "cryptocom",
        "/exchange/v1/private/user-balance",
        {
            "id": 1,
            "method": "private/user-balance",
            "code": 0,
            "result": {
                "data": [
                    {
                        "total_available_balance": "4721.05898582",
                        "position_balances": [
                            {"instrument_name": "CRO", "quantity": "24422.72427884", "reserved_qty": "20.5"}
                        ],
                    }
                ]
            },
        },
        {"CRO": ("24422.72427884", "20.5")},
    ),
]
every_venue = pytest.mark.parametrize("case", CASES, ids=str)


def _holds(open_venue: OpenVenue, case: Case, url: str) -> dict[str, tuple[Decimal, Decimal]]:
    account = open_venue({"type": case.venue, **KEYS, **OWN_KEYS.get(case.venue, {}), "baseUrl": url})

    async def ask() -> dict[str, tuple[Decimal, Decimal]]:
        return {each.asset: (each.total, each.locked) for each in await account.balances()}

    return open_venue.network.run(ask())


@every_venue
def test_an_account_holds_what_its_venue_says(case: Case, recorded: RecordedVenue, open_venue: OpenVenue) -> None:
    recorded.answers[case.path] = case.answer
    expected = {asset: (D(total), D(locked)) for asset, (total, locked) in case.holds.items()}
    assert _holds(open_venue, case, recorded.url) == expected


@every_venue
@pytest.mark.parametrize(
    "odd",
    ["", "null", "{}", "[]", "<html>Be right back</html>", '{"error": "busy"}', '{"code": 99999, "msg": "no"}', "{"],
)
def test_an_odd_answer_is_never_an_empty_account(
    case: Case, odd: str, recorded: RecordedVenue, open_venue: OpenVenue
) -> None:
    recorded.answers[case.path] = odd
    with pytest.raises(ExchangeError) as refusal:
        _holds(open_venue, case, recorded.url)
    assert "nobody" not in str(refusal.value)


@every_venue
def test_a_page_instead_of_a_refusal_is_an_error(case: Case, recorded: RecordedVenue, open_venue: OpenVenue) -> None:
    for status in (400, 403, 404):
        recorded.answers[case.path] = (status, "<html>Maintenance</html>")
        with pytest.raises(ExchangeError):
            _holds(open_venue, case, recorded.url)
