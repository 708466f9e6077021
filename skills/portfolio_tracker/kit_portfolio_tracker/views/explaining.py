"""`kit ledger explain ID`: what a record did to the lots, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from kit import (
    Block,
    Column,
    Heading,
    Kind,
    Money,
    Quantity,
    Record,
    Reply,
    Services,
    Table,
    Text,
    exact_math,
    figure,
    plain,
)

from ..core.disposals import Category, Disposal, Hop, Income, Part
from ..core.entries import Entries
from ..core.events import INCOME, UNKNOWN_COST, Acquire, Count, Flag, Move, RecordKey
from ..core.plan import Plan
from ..core.transfer_pairs import Match
from ..labels import labels_of
from ..ledger import Work, replay
from ..tax_settings import lot_methods, portfolio_plan

_FLAGS = {
    Flag.MISSING_HISTORY: "nothing says how it was acquired, so it counts with a cost of zero",
    Flag.MISSING_PRICE: "no price is known of that day, so it is left out of the gains",
    Flag.MISSING_FEE: "no price is known of its fee, so it counts without it",
    Flag.ZERO_COST: "it cost nothing",
    Flag.UNMATCHED: "no account of yours received it; if it was sold, spent or given away, say so: kit ledger edit",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What came of a record: the lots it made, the disposals with the lots they used, moves, income, what counts.

    `match` is the transfer that it is an end of.
    """

    record: Record
    method: str
    scope: str
    currency: str
    acquired: tuple[Acquire, ...]
    disposals: tuple[Disposal, ...]
    moves: tuple[Move, ...]
    income: tuple[Income, ...]
    counted: tuple[Count, ...]
    match: Match | None
    sentences: tuple[str, ...]


@dataclass(slots=True)
class _Heard:
    """Listens for one record."""

    key: RecordKey
    disposals: list[Disposal] = field(default_factory=list)
    income: list[Income] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def disposed(self, disposal: Disposal) -> None:
        if disposal.key == self.key:
            self.disposals.append(disposal)

    def earned(self, income: Income) -> None:
        if income.key == self.key:
            self.income.append(income)

    def counted(self, count: Count) -> None:
        if count.key == self.key:
            self.counts.append(count)


@exact_math()
def show(services: Services, *, id: str) -> Reply:  # noqa: A002 - the name of the argument on the command line
    """The command."""
    from ..store.finding import find_record
    from ..store.lot_rows import record_of

    plan = portfolio_plan(services)
    with services.store.read() as connection:
        key = find_record(connection, id)
        record = record_of(connection, key)
        work = Work(services, connection, plan)
        matches = work.matching(record.time).by_record
        own = list(Entries(plan, work.rates, matches).of(record))
    heard = _Heard(key)
    assets = {event.asset for event in own} | {leg.asset for leg in (record.sent, record.received, record.fee) if leg}
    ahead = lot_methods(services)[plan.rules(record.time).method].looks_ahead
    until = record.time + (timedelta(days=31) if ahead else timedelta(microseconds=1))
    replay(services, heard, plan=plan, assets=assets, until=until)
    teller = _Teller(services, plan)
    rules = plan.rules(record.time)
    acquired = tuple(event for event in own if isinstance(event, Acquire))
    moves = tuple(event for event in own if isinstance(event, Move))
    match = matches.get(key)
    told = teller.story(acquired, heard.disposals, moves, heard.counts, match=match, key=key)
    sentences = (*teller.renamed(record), *told)
    story = Story(
        record,
        rules.method,
        rules.scope.value,
        plan.currency,
        acquired,
        tuple(heard.disposals),
        moves,
        tuple(heard.income),
        tuple(heard.counts),
        match,
        sentences,
    )
    return Reply(data=story, blocks=tuple(_blocks(teller, story)))


class _Teller:
    """Says it in words."""

    def __init__(self, services: Services, plan: Plan) -> None:
        self.account = labels_of(services)
        self._plan = plan
        self._zone = services.timezone
        self.currency = plan.currency

    def money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, self.currency)

    def when(self, time: datetime) -> str:
        """In the user's zone, as all times are shown."""
        return time.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")

    def renamed(self, record: Record) -> Iterator[str]:
        """Of an exchange of an asset for itself, under another name."""
        sent, received, latest = record.sent, record.received, self._plan.names.latest
        if sent and received and sent.asset != received.asset and latest(sent.asset) == latest(received.asset):
            yield (
                f"{plain(sent.amount)} {sent.asset} became {plain(received.amount)} {received.asset}, the same asset "
                "under another name. Lots keep their dates and their cost; nothing was gained."
            )

    def story(
        self,
        acquired: tuple[Acquire, ...],
        disposals: list[Disposal],
        moves: tuple[Move, ...],
        counts: list[Count],
        *,
        match: Match | None,
        key: RecordKey,
    ) -> Iterator[str]:
        if match is not None and (match.returned or match.into == key):
            yield self._other_end(match, key)
        for event in acquired:
            yield self._acquired(event)
        for move in moves:
            yield self._moved(move)
        for disposal in disposals:
            yield self._disposed(disposal)
            for part in disposal.parts:
                yield f"  {self._part(part, disposal)}"
        for count in counts:
            if count.amount is None:
                yield f"It counts towards {count.figure.value}, but no price is known of that day."
            elif count.amount:
                yield f"It counts {_amount(count.amount, self.currency)} towards {count.figure.value}."

    def _acquired(self, event: Acquire) -> str:
        what = (
            f"{plain(event.quantity)} {event.asset} came to {self.account(event.account)} ({_kind(event.kind.value)})"
        )
        if event.cost is None or event.flag is Flag.MISSING_PRICE:
            return f"{what}; {_FLAGS[Flag.MISSING_PRICE]}."
        if event.flag in UNKNOWN_COST:
            return f"{what}; {_FLAGS[event.flag]}."
        cost = f"{what} and made a lot that cost {_amount(event.cost, self.currency)}"
        if event.flag is not None:
            return f"{cost}; {_FLAGS[event.flag]}."
        if event.kind is Kind.FORK and not self._plan.forks_are_income:
            return f"{cost}: a fork is no income, and its cost is a part of that of the coins that forked."
        if event.kind in INCOME:
            return f"{cost}: what it was worth, which is income."
        return f"{cost}, {'what it was worth' if event.kind is Kind.GIFT_RECEIVED else 'fees included'}."

    def _moved(self, move: Move) -> str:
        days = f", and arrived {self.when(move.arrival)}" if move.arrival > move.time else ""
        return (
            f"{plain(move.quantity)} {move.asset} went from {self.account(move.account)} to "
            f"{self.account(move.to_account)}{days}. Lots keep their dates and their cost; nothing was gained."
        )

    def _other_end(self, match: Match, key: RecordKey) -> str:
        """Of what came from an own account, or came back: the lots are told where it left."""
        left = f"{plain(match.sent)} {match.asset} left {self.account(match.out.account)} {self.when(match.left_at)}"
        if match.returned and match.out == key:
            return f"It failed: the same came back {self.when(match.came_at)} ({match.into.id}), so nothing left."
        if match.returned:
            return f"It failed, and is back: {left} ({match.out.id}). Nothing was gained."
        return f"It is the other end of a transfer: {left} ({match.out.id}). Lots keep their dates and their cost."

    def _disposed(self, disposal: Disposal) -> str:
        what = f"{plain(disposal.quantity)} {disposal.asset} left {self.account(disposal.account)}"
        if disposal.category is Category.MOVED_OUT:
            return f"{what} at cost ({_amount(disposal.cost, self.currency)}), without a gain:"
        kind = _kind(disposal.kind.value)
        if disposal.proceeds is None:
            return f"{what} ({kind}); {_FLAGS[Flag.MISSING_PRICE]}:"
        fee = f", less a fee of {_amount(disposal.fee, self.currency)}" if disposal.fee else ""
        gain = disposal.gain
        result = "" if gain is None else f" {_gained(gain, self.currency)}"
        return f"{what} ({kind}) for {_amount(disposal.proceeds, self.currency)}{fee}.{result} The lots it used:"

    def _part(self, part: Part, disposal: Disposal) -> str:
        if part.origin is None:
            return f"{plain(part.quantity)} {disposal.asset}: {_FLAGS[Flag.MISSING_HISTORY]}."
        origin = part.origin
        zone = self._plan.zone
        held = (disposal.time.astimezone(zone).date() - origin.time.astimezone(zone).date()).days
        words = [
            f"{plain(part.quantity)} {disposal.asset} acquired {self.when(origin.time)} on "
            f"{self.account(origin.account)} ({_kind(origin.kind.value)}, {origin.key.id}) {self._paid(part)}",
            _held(held),
        ]
        if part.rule:
            words.append(f"matched by the rule “{part.rule}”")
        words += [self._hop(hop) for hop in part.path]
        words += [_FLAGS[flag] for flag in sorted(part.flags) if flag is not Flag.MISSING_HISTORY]
        if Flag.MISSING_HISTORY in part.flags:
            words.append(_FLAGS[Flag.MISSING_HISTORY])
        return "; ".join(words) + "."

    def _paid(self, part: Part) -> str:
        return "at a cost that is not known" if _costs_unknown(part) else f"for {_amount(part.cost, self.currency)}"

    def _hop(self, hop: Hop) -> str:
        day = hop.time.astimezone(self._zone).date()
        return f"moved {day} from {self.account(hop.account)} to {self.account(hop.to_account)}"


def _blocks(teller: _Teller, story: Story) -> Iterator[Block]:
    record = story.record
    yield Heading(f"{_kind(record.kind.value).capitalize()} of {teller.when(record.time)}", "🔎", rule=True)
    yield Text(f"{teller.account(record.account)}, {record.id}. Method {story.method}, pools {story.scope}.")
    for sentence in story.sentences or ("It moved nothing that lots know of.",):
        yield Text(sentence)
    rows = tuple(
        (
            disposal.asset,
            part.origin.time if part.origin else None,
            Quantity(part.quantity, disposal.asset),
            teller.money(None if _costs_unknown(part) else part.cost),
            teller.money(part.proceeds),
            teller.money(None if disposal.category is Category.MOVED_OUT else part.gain),
        )
        for disposal in story.disposals
        for part in disposal.parts
    )
    if rows:
        yield Table(
            columns=(
                Column("Asset", "asset"),
                Column("Acquired", "acquired"),
                Column("Quantity", "quantity", "right", precise=True),
                Column("Cost", "cost", "right"),
                Column("Proceeds", "proceeds", "right"),
                Column("Gain", "gain", "right", signed=True),
            ),
            rows=rows,
            title="Lots Used",
            emoji="🧩",
        )


def _costs_unknown(part: Part) -> bool:
    return not part.cost and bool(part.flags & UNKNOWN_COST)


def _amount(amount: Decimal, currency: str) -> str:
    return figure(Money(amount, currency))


def _gained(gain: Decimal, currency: str) -> str:
    if not gain:
        return "Nothing was gained."
    return f"A {'gain' if gain > 0 else 'loss'} of {_amount(abs(gain), currency)}."


def _held(days: int) -> str:
    """British rules match a sale with what is bought after it."""
    count = f"{abs(days):,} {'day' if abs(days) == 1 else 'days'}"
    return f"bought back {count} after the sale" if days < 0 else f"held {count}"


def _kind(kind: str) -> str:
    return kind.replace("_", " ")
