"""A host whose bot listens to the Bot API of this machine, and a plugin with commands of every kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kit.host.channels import open_channel
from kit.testing import HostFactory, HostUnderTest

if TYPE_CHECKING:
    from tests.channels.conftest import BotApi, Said

OWNER, STRANGER = 11, 66
MANIFEST = 'name = "stall"\nversion = "1.0"\nsummary = "A stall."\n'
PLUGIN = '''\
"""Commands of every kind, on a pile of apples."""

import time
from datetime import date

from kit import (
    Action, Actions, Argument, Chart, Column, Command, Document, Effect, Flag, Heading, Invocation, KitError, Line,
    Option, Reply, Table, Text, ValueType, hookimpl,
)

NAMES = ("<b>", "🍎", "תפוח", "a & b")


def stock(services, *, name, detailed, since):
    pile = services.home / "pile"
    count = int(pile.read_text()) if pile.exists() else 4
    rows = tuple((each, count) for each in NAMES if name in (None, each.upper()))
    table = Table((Column("Apple", "apple"), Column("How many", "count", "right")), rows)
    return Reply({"count": count}, (Heading("Stock", "🍎"), table, *([Text("All of it.")] if detailed else [])))


def sell(services, *, price):
    with (services.home / "sold").open("a") as file:
        file.write(f"{price}\\n")
    return Reply({}, (Text(f"Sold for {price}."),))


def quote(services, *, price):
    return Reply({}, (Text(f"Would sell for {price}."),))


def propose(services):
    execute = Action("Execute", Invocation("sell", {"price": 7}), "✅")
    return Reply({}, (Text("A proposal."), Actions((execute, Action("View Only", Invocation("quote", {"price": 7}))))))


def tip(services):
    return Reply({}, (Text("Prices are good."), Actions((Action("Sell", Invocation("sell", {"price": 8})),))))


def eat(services):
    with (services.home / "eaten").open("a") as file:
        file.write("one\\n")
    return Reply({}, (Text("Eaten."),))


def book(services, *, lines, output):
    rows = tuple((f"apple {at}", at) for at in range(lines))
    return Reply({}, (Heading("Book"), Table((Column("Apple", "apple"), Column("No.", "no")), rows)))


def paper(services):
    return Reply({}, document=Document("apples.csv", "text/csv", "apple\\n"))


def curve(services):
    days = tuple(date(2024, 1, day) for day in range(1, 6))
    return Reply({}, (Text("Before."), Chart(days, (Line("Apples", (1, 2, None, 4, 5)),), title="Apples & <pears>")))


def fail(services):
    raise KitError("The apples are gone.", next_step="Buy some.")


def crash(services):
    raise LookupError("a worm")


def slow(services):
    time.sleep(1.5)
    return Reply({}, (Text("At last."),))


def here(services):
    return Reply({}, (Text("At the machine."),))


_PRICE = Argument("price", ValueType.INTEGER)


@hookimpl
def kit_commands():
    run = f"{__name__}:{{}}".format
    return [
        Command("stock", "What is there", run("stock"), (
            Argument("name", ValueType.TEXT, required=False), Flag("detailed", "More"), Option("since", ValueType.DATE),
        ), ("show my apples", "show all my apples -> detailed", "how many {name}"), details="Counts them."),
        Command("stock list-of-all", "The same", run("stock"), (
            Option("name"), Flag("detailed"), Option("since", ValueType.DATE),
        )),
        Command("sell", "Sell an apple", run("sell"), (_PRICE,), effect=Effect.TRADE, preview="quote"),
        Command("quote", "What selling would bring", run("quote"), (_PRICE,)),
        Command("propose", "What to sell", run("propose"), effect=Effect.TRADE, phrases=("what should I sell",)),
        Command("tip", "A hint", run("tip")),
        Command("eat", "Eat an apple", run("eat"), effect=Effect.WRITE),
        Command("book", "All apples ever", run("book"), (
            Option("lines", ValueType.INTEGER, default=5), Option("output", ValueType.PATH),
        ), table=True),
        Command("paper", "All apples in a file", run("paper")),
        Command("curve", "Apples over time", run("curve"), phrases=("my apples",)),
        Command("curve again", "Apples over time", run("curve"), phrases=("my apples",), hidden=True),
        Command("fail", "Always fails", run("fail")),
        Command("crash", "Always crashes", run("crash")),
        Command("slow", "Takes its time", run("slow")),
        Command("here", "At the machine alone", run("here"), local=True),
    ]
'''


@dataclass
class Chat:
    """A host, its bot at work, and the people who speak to it."""

    api: BotApi
    host: HostUnderTest
    beats: list[float] = field(default_factory=list)
    _work: list[Future[None]] = field(default_factory=list)

    def start(self) -> None:
        """The bot listens, as under “kit start”: what breaks it begins it anew."""
        self._work.append(self.host.services.network.start(self._listen()))

    def stop(self) -> None:
        for each in self._work:
            each.cancel()

    async def _listen(self) -> None:
        channel: Any = open_channel(self.host.services, "telegram")
        await channel.listen(self.host.services, lambda: self.beats.append(time.monotonic()))

    def failure(self) -> BaseException | None:
        """What ended the listening."""
        return self._work[-1].exception(timeout=20)

    def pair(self, user: int = OWNER, role: str = "read") -> Said:
        """`user` sends a code; the bot's welcome."""
        return self.ask(user, self.code(role=role))

    def code(self, **params: Any) -> str:
        """A code, as soon as anybody could have copied it."""
        code: str = self.host.run("telegram pair", **params).data["code"]
        time.sleep(0.06)
        return code

    def ask(self, user: int, text: str | None, **more: Any) -> Said:
        """The first thing that the bot says to it."""
        return self.asks(user, text, 1, **more)[0]

    def asks(self, user: int, text: str | None, count: int, **more: Any) -> list[Said]:
        """The first `count` messages that the bot says to it."""
        before = len(self.api.said)
        self.api.write(user, text, **more)
        self.until(lambda: len(self.api.said) >= before + count)
        return self.api.said[before:]

    def press(self, user: int, message: Said, label: str) -> dict[str, Any]:
        """How the press was answered, once what it does is done."""
        press = self.api.press(user, message.buttons[label], message)
        self.until(lambda: press in self.api.pressed)
        self.settle()
        return self.api.pressed[press]

    def settle(self) -> None:
        """Until everything that was heard is handled."""
        channel: Any = self.host.services.network.run(self._channel())
        self.until(lambda: not channel._tasks)

    async def _channel(self) -> Any:
        return open_channel(self.host.services, "telegram")

    def read(self, name: str) -> str:
        file = self.host.home / name
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def until(self, so: Callable[[], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < deadline, [each.what for each in self.host.problems()]
            time.sleep(0.01)


@pytest.fixture
def stall(tmp_path: Path) -> Path:
    """The plugin's folder."""
    package = tmp_path / "stall" / "kit_stall"
    package.mkdir(parents=True)
    (package.parent / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    return package.parent


@pytest.fixture
def chat(kit_host: HostFactory, stall: Path, bot_api: BotApi, tmp_path: Path) -> Iterator[Callable[..., Chat]]:
    """`chat(groups=True)`: a host whose bot listens, with these settings; `host` is all that makes it another."""
    opened: list[Chat] = []

    def make(host: Mapping[str, Any] | None = None, **settings: Any) -> Chat:
        (tmp_path / "secrets").mkdir(exist_ok=True)
        (tmp_path / "secrets" / "token").write_text(bot_api.secret, encoding="utf-8")
        section = {"token": {"file": str(tmp_path / "secrets" / "token")}, "apiUrl": bot_api.url, **settings}
        other = dict(host or {})
        config = {"channels": {"telegram": section}, "timezone": "UTC", **other.pop("config", {})}
        beside = ("telegram", *other.pop("beside", ()))
        made = kit_host(other.pop("plugin", stall), config=config, beside=beside, **other)
        bot_api.now = lambda: made.clock.now().timestamp()
        opened.append(Chat(bot_api, made))
        opened[-1].start()
        return opened[-1]

    yield make
    for each in opened:
        with suppress(Exception):
            each.stop()
