"""A secret that is printed, logged or written down fails the test that did it."""

from __future__ import annotations

from pathlib import Path

import pytest

LEAKS = (Path(__file__).parent / "leaks.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("deed", "place"),
    [
        ("print(hush)", "Captured stdout call"),
        ("import sys; print(hush, file=sys.stderr)", "Captured stderr call"),
        ("import logging; logging.getLogger().warning('key %s', hush)", "Captured log call"),
        ("(tmp_path / 'dump.json').write_text(hush)", "dump.json"),
    ],
)
def test_a_leak_is_found_wherever_it_is(deed: str, place: str, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(LEAKS)
    pytester.makepyfile(f"def test_it(secret, tmp_path):\n    hush = secret('hush')\n    {deed}\n")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*a secret stands in*{place}*"])


def test_a_secret_where_secrets_are_kept_is_no_leak(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(LEAKS)
    pytester.makepyfile(
        """
        def test_it(secret, tmp_path):
            (tmp_path / "secrets").mkdir()
            (tmp_path / "secrets" / "a").write_text(secret("hush"))
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_venues_secret_is_known_by_itself(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(LEAKS)
    pytester.makepyfile(
        """
        import pytest

        class Venue:
            secret = "0123456789abcdef"

        @pytest.fixture
        def venue():
            return Venue()

        def test_it(venue):
            print(venue.secret)
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1, errors=1)
