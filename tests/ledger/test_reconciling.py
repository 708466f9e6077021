"""Why balances may differ, and accounts that were never imported."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from kit_portfolio_tracker.core.events import RecordKey
from kit_portfolio_tracker.core.reconciling import Cause, Difference, Facts, explain_difference
from kit_portfolio_tracker.core.suspected import counterparty, suspected_accounts
from kit_portfolio_tracker.core.transfer_pairs import Direction, End
from kit_portfolio_tracker.core.valuation import Holding

D = Decimal
DAY = datetime(2024, 3, 1, 12, tzinfo=UTC)


def end(account: str, direction: Direction, quantity: str, *, note: str = "", asset: str = "BTC", tx: str = "") -> End:
    return End(RecordKey(account, f"{account}-{direction}"), direction, DAY, asset, D(quantity), tx, note)


def explained(reported: str, calculated: str, facts: Facts) -> Difference:
    holding = Holding(
        account="my bank",
        asset="BTC",
        quantity=D(reported),
        basis="reported",
        reported=D(reported),
        reported_at=DAY,
        calculated=D(calculated),
        discrepancy=D(reported) - D(calculated),
        price=None,
        value=None,
        share=None,
    )
    return explain_difference(holding, facts)


@pytest.mark.parametrize(
    ("reported", "calculated", "facts", "cause", "step"),
    [
        (
            "2",
            "1",
            Facts([end("other", "out", "1.0005")]),
            Cause.TRANSFER,
            'kit ledger add deposit --received "1 BTC" --account "my bank" --time 2024-03-01T12:00:00Z',
        ),
        (
            "1",
            "3",
            Facts([end("other", "in", "2")]),
            Cause.TRANSFER,
            'kit ledger add withdrawal --sent "2 BTC" --account "my bank" --time 2024-03-01T12:00:00Z',
        ),
        ("1", "-1", Facts(), Cause.PURCHASE, "Import what came before: kit import FILE"),
        ("3", "1", Facts(short=D(2)), Cause.PURCHASE, "Import what came before: kit import FILE"),
        (
            "2",
            "1",
            Facts(by_hand=[RecordKey("my bank", "7")]),
            Cause.BY_HAND,
            'kit ledger list --marked --account "my bank"',
        ),
        ("0.995", "1", Facts(), Cause.FEE, 'kit ledger list --account "my bank" --asset BTC'),
        ("1.1", "1", Facts(earns=True), Cause.INCOME, 'kit ledger list --account "my bank" --asset BTC'),
        ("1.1", "1", Facts(), Cause.UNKNOWN, 'kit ledger list --account "my bank" --asset BTC'),
        ("5", "1", Facts(earns=True), Cause.UNKNOWN, 'kit ledger list --account "my bank" --asset BTC'),
    ],
)
def test_the_surest_cause_is_named_with_a_step_that_can_be_taken(
    reported: str, calculated: str, facts: Facts, cause: Cause, step: str
) -> None:
    found = explained(reported, calculated, facts)
    assert (found.cause, found.next_step) == (cause, step)
    assert found.difference == D(reported) - D(calculated)


def test_a_transfer_of_another_amount_is_no_cause() -> None:
    assert explained("2", "1", Facts([end("other", "out", "7")])).cause is Cause.UNKNOWN
    assert explained("2", "1", Facts([end("my bank", "out", "1")])).cause is Cause.UNKNOWN


@pytest.mark.parametrize(
    ("note", "name"),
    [
        ("", ""),
        ("to my hardware wallet", "hardware wallet"),
        ("to the vault of my brother", "vault of my brother"),
        ("converted, to it", ""),
        ("to the Exchange", ""),
        ("to OTHER, an example", ""),
        ("moved to external wallet", ""),
        ("Ledger", "Ledger"),
        ("cold storage", "cold storage"),
        ("for safety: ledger nano", "Ledger"),
        ("my Trezor", "Trezor"),
        ("ledger entry 12", ""),
        ("sent by metamask", "MetaMask"),
        ("to Green Trezor", "Green Trezor"),
        ("sent to savings, thanks", "savings"),
        ("to savings fee 0.1", "savings"),
        ("from Kraken", "Kraken"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        ("to 0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B", "0xab5801a7d398351b8be11c439e05c5b3259aec9b"),
    ],
)
def test_who_is_at_the_other_end_stands_in_the_note(note: str, name: str) -> None:
    assert counterparty(end("a", "out", "1", note=note)) == name


def test_a_transaction_is_nobodys_name() -> None:
    assert counterparty(end("a", "out", "1", note="tx " + "ab" * 20, tx="ab" * 20)) == ""


def test_an_account_that_was_imported_is_never_suspected() -> None:
    ends = [end("a", "out", "3", note="to Savings"), end("a", "out", "1", note="to vault")]
    assert [each.name for each in suspected_accounts(ends, str.title, {"a", "savings"})] == ["vault"]


def test_one_wallet_has_one_name_however_it_is_written() -> None:
    ends = [end("a", "out", "3", note="to my Ledger"), end("b", "in", "1", note="ledger")]
    assert [(each.name, each.held) for each in suspected_accounts(ends, str)] == [("Ledger", {"BTC": D(2)})]


def test_addresses_that_differ_in_case_are_two() -> None:
    address = "1MNmb4nKSKwNh9JxpxcXbjLGswRjvBcWqM"
    ends = [end("a", "out", "1", note=address), end("a", "out", "1", note=address.swapcase().replace("l", "L"))]
    assert len(suspected_accounts(ends, str)) == 2


def test_a_part_too_small_to_show_is_not_zero() -> None:
    found = explained("18.50005", "18.5", Facts(earns=True))
    assert "less than 0.01 % more than recorded" in found.why


def test_suspected_accounts_hold_what_went_there_and_did_not_come_back() -> None:
    ends = [
        end("a", "out", "3", note="to vault"),
        end("b", "in", "1", note="from vault"),
        end("a", "out", "5"),
        end("c", "in", "2"),
        end("a", "out", "100", asset="USD"),
    ]
    found = {each.name: (each.held, each.transfers) for each in suspected_accounts(ends, str.upper)}
    assert found == {"vault": ({"BTC": D(2)}, 2), "beyond A": ({"BTC": D(5)}, 1), "beyond C": ({}, 1)}
