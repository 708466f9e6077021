"""What the reader of fresh prices must know: which source was down and what stood in, and what is not known of whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from kit import KitError, PricePoint, PriceSourceType, Problem, Severity

from .core.prices import ANY_SOURCE
from .core.wording import listed
from .quote_sources import Sources

PREFIX = "quotes:"
_SETTING = "skills.portfolio-tracker.priceSource"


def findings(
    sources: Sources,
    failed: Mapping[str, KitError],
    asked: Mapping[str, Collection[str]],
    said: Collection[PricePoint],
    *,
    preferred: str,
    missing: Collection[str],
) -> Iterator[Problem]:
    """The problems of one round of questions: `asked` and `failed` by source, `said` by all of them."""
    yield from _preferred(sources, preferred, {point.source.casefold() for point in said})
    for name, fault in failed.items():
        source, _ = sources.every[name.casefold()]
        relief = _relief(name, [point.source for point in said if point.asset in asked.get(name, ())])
        yield Problem(
            f"{PREFIX}source.{name}",
            Severity.WARNING,
            f"{source.label} gave no fresh prices; {relief} stood in. {fault.message}",
            f"prices.{name}",
            fault.next_step or "See how it is doing: kit prices sources",
        )
    yield from _doubts([source for source in sources.ready if source.name not in failed], missing)


def _relief(name: str, heard: Collection[str]) -> str:
    """Who priced what the source was asked for: itself with older prices, and others."""
    others = sorted({each for each in heard if each.casefold() != name.casefold()})
    own = ["its older prices"] if any(each.casefold() == name.casefold() for each in heard) else []
    return listed([*own, *others]) if heard else "no other"


def _preferred(sources: Sources, preferred: str, heard: Collection[str]) -> Iterator[Problem]:
    name = preferred.casefold()
    if name == ANY_SOURCE or name in heard:
        return
    if name not in sources.every:
        known = ", ".join((ANY_SOURCE, *sorted(sources.every)))
        yield Problem(
            f"{PREFIX}preferred",
            Severity.WARNING,
            f"“{preferred}” is no price source that is there; the others stood in.",
            _SETTING,
            f"Connect an account of that venue, or choose one of {known}.",
        )
        return
    source, state = sources.every[name]
    if state.needs:
        yield Problem(
            f"{PREFIX}preferred",
            Severity.WARNING,
            f"{source.label} is the price source and cannot be asked; the others stood in.",
            _SETTING,
            state.needs,
        )


def _doubts(sources: Collection[PriceSourceType], missing: Collection[str]) -> Iterator[Problem]:
    for source in sources:
        doubts = source.state().doubts if source.state else {}
        for asset in sorted(set(missing) & doubts.keys()):
            yield Problem(
                f"{PREFIX}unknown.{source.name}.{asset}",
                Severity.WARNING,
                f"No price for {asset}: {doubts[asset]}",
                f"prices.{source.name}",
                "Say which it is, or add prices: kit prices import FILE",
            )
