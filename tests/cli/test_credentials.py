"""Credentials as they are pasted: what does not belong to them goes, what looks odd is said."""

from __future__ import annotations

import pytest

from kit.cli.credentials import clean, oddity

PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIAbc\n-----END EC PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("  abc123 \n", "abc123"),
        ("\ufeffabc123\u200b", "abc123"),
        ("\tabc123\r\n", "abc123"),
        (PEM, PEM),
        (PEM.replace("\n", "\\n"), PEM),
        (PEM.replace("\n", "\r\n") + "\n\n", PEM),
        ("\n".join(f"   {line}" for line in PEM.splitlines()), PEM),
    ],
)
def test_a_pasted_credential_loses_what_does_not_belong_to_it(pasted: str, meant: str) -> None:
    assert clean(pasted) == meant


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("abcdef123456", ""),
        (PEM, ""),
        (PEM.partition("\n-----END")[0], "ends too early"),
        ("key: abcdef123456", "blanks"),
        ("abcdefä123456", "no key has"),
        ("abcdef\x07123456", "no key has"),
        ('"abcdef123456"', "quotes"),
        ("abc", "very short"),
    ],
)
def test_an_odd_credential_is_hinted_at_without_being_repeated(value: str, said: str) -> None:
    assert said in oddity(value)
    assert bool(said) is bool(oddity(value))
    assert value not in oddity(value)
