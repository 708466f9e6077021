"""The way to a terminal: an RPyC bridge that breaks, hangs or is none, and what must never happen on it."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from kit_exchanges.metatrader import far_side
from kit_exchanges.metatrader.codes import DONE, FAILURES, REFUSALS, failure
from kit_exchanges.metatrader.settings import MetaTraderSettings
from kit_exchanges.metatrader.terminal import answered, open_terminal as open_settings, question
from kit_exchanges.simulated.metatrader import MetaTraderServer
from pydantic import ValidationError

from kit import ConfigError, ExchangeError, KitError, NetworkFailure, OrderRequest, Pair, Refused, Side

if TYPE_CHECKING:
    from kit.testing import HostFactory
    from tests.exchanges.conftest import OpenTerminal

EURUSD = Pair("EUR", "USD")
D = Decimal


@pytest.fixture
def server() -> Iterator[MetaTraderServer]:
    with MetaTraderServer() as server:
        server.terminal.deposit("1000")
        yield server


def test_a_connection_that_was_cut_is_made_anew(server: MetaTraderServer, open_terminal: OpenTerminal) -> None:
    async def cut() -> None:
        exchange = open_terminal(server)
        for _ in range(3):
            (balance,) = await exchange.balances()
            assert balance.total == D(1000)
            server.disconnect()
        await exchange.close()

    asyncio.run(cut())


def test_a_bridge_that_is_gone_is_a_network_failure(open_terminal: OpenTerminal) -> None:
    async def gone() -> None:
        with MetaTraderServer() as server:
            exchange = open_terminal(server)
            await exchange.balances()
        with pytest.raises(NetworkFailure, match="bridge"):
            await exchange.balances()
        await exchange.close()

    asyncio.run(gone())


def test_the_loop_goes_on_while_a_terminal_hangs(server: MetaTraderServer, open_terminal: OpenTerminal) -> None:
    async def hang() -> None:
        exchange = open_terminal(server, timeoutSeconds=1)
        await exchange.balances()
        server.terminal.hangs["account_info"] = 3
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(0.01)
                beats += 1

        heart = asyncio.create_task(beat())
        with pytest.raises(NetworkFailure):
            await exchange.balances()
        heart.cancel()
        assert beats > 5, "a loop that is held up beats once"
        server.terminal.hangs.clear()
        await exchange.close()

    asyncio.run(hang())


def test_closing_does_not_wait_for_a_terminal_that_hangs(server: MetaTraderServer, open_terminal: OpenTerminal) -> None:
    async def hang() -> float:
        exchange = open_terminal(server)
        await exchange.balances()
        server.terminal.hangs["account_info"] = 20
        asked = asyncio.create_task(exchange.balances())
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await exchange.close()
        with pytest.raises(ExchangeError):
            await asked
        with pytest.raises(ExchangeError, match="closed"):
            await exchange.balances()
        return time.monotonic() - began

    assert asyncio.run(hang()) < 15


def test_an_order_whose_answer_is_lost_is_not_sent_again(server: MetaTraderServer, open_terminal: OpenTerminal) -> None:
    request = OrderRequest(EURUSD, Side.BUY, D(1000), client_id="only-once")

    async def lost() -> None:
        exchange = open_terminal(server, timeoutSeconds=1)
        await exchange.ticker(EURUSD)
        deals = len(server.terminal.deals)
        server.terminal.hangs["order_send"] = 1.5
        with pytest.raises(NetworkFailure, match="Whether the order only-once was placed is not known"):
            await exchange.place_order(request)
        async with asyncio.timeout(30):
            while not server.terminal.deals[deals:]:
                await asyncio.sleep(0.02)
        server.terminal.hangs.clear()
        assert server.terminal.asked.count("order_send") == 1
        again = await exchange.place_order(request)
        assert again.client_id == "only-once"
        assert server.terminal.asked.count("order_send") == 1
        assert len(await exchange.positions()) == 1
        await exchange.close()

    asyncio.run(lost())


EVIL = ["'); __import__('os')._exit(1) #", '"""', "\\", "\n", "{}", "%s", "\u2028'"]


@pytest.mark.parametrize("text", EVIL)
def test_nothing_that_is_configured_is_evaluated(
    server: MetaTraderServer, open_terminal: OpenTerminal, text: str
) -> None:
    async def login() -> None:
        server.terminal.password, server.terminal.server = text, f"Server {text}"
        exchange = open_terminal(server)
        (balance,) = await exchange.balances()
        assert balance.total == D(1000)
        with pytest.raises(Refused):
            await exchange.ticker(Pair(text, "USD"))
        with pytest.raises(Refused):
            await exchange.fetch_order(text)
        await exchange.close()

    asyncio.run(login())


@given(st.floats(allow_nan=False, allow_infinity=False), st.decimals(allow_nan=False, allow_infinity=False))
def test_figures_travel_digit_for_digit(said: float, asked: Decimal) -> None:
    heard: list[float] = []

    def tell(figure: float) -> tuple[float]:
        heard.append(figure)
        return (said,)

    module = SimpleNamespace(tell=tell, account_info=dict, last_error=lambda: (1, ""))
    text = far_side.answer(module, question("tell", [asked], opens=True))
    assert [str(each) for each in answered(text)["said"]] == [str(D(repr(said)))]
    assert heard == [float(str(asked))]


def test_what_a_module_raises_is_told(server: MetaTraderServer) -> None:
    asked = question("no_such_function", opens=True)
    answer = json.loads(far_side.answer(SimpleNamespace(), asked))
    assert "no_such_function" in answer["raised"]


@pytest.mark.parametrize("host", ["192.168.1.5", "bridge.example.com", "0.0.0.0", "::"])  # noqa: S104
def test_another_machine_is_refused_unless_it_is_allowed(host: str) -> None:
    with pytest.raises(ValidationError, match="SSH tunnel"):
        MetaTraderSettings.model_validate({"host": host})
    assert MetaTraderSettings.model_validate({"host": host, "allowRemote": True}).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_this_machine_is_always_allowed(host: str) -> None:
    assert MetaTraderSettings.model_validate({"host": host}).host == host


@pytest.mark.parametrize("text", ["", "EETT/Nowhere", "+25", "2", "new-york"])
def test_a_broker_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="broker time"):
        MetaTraderSettings.model_validate({"brokerTimezone": text})


def test_without_the_module_it_is_said_what_to_do() -> None:
    if sys.platform == "win32":
        pytest.skip("there is such a module for Windows")
    with pytest.raises(ConfigError, match=r"Windows only.*bridge"):
        open_settings(MetaTraderSettings(terminal="native"))


def test_what_is_no_bridge_is_no_bridge(open_terminal: OpenTerminal) -> None:
    """A web server answers something else, a silent one nothing; neither is waited for without end."""

    def serve(listener: socket.socket, words: bytes) -> None:
        client, _ = listener.accept()
        with client:
            client.sendall(words)
            client.recv(1)
            time.sleep(0.6 if not words else 0)

    for words in (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>", b""):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            thread = threading.Thread(target=serve, args=(listener, words))
            thread.start()

            async def ask(port: int) -> None:
                exchange = open_terminal(MetaTraderServer(), port=port, timeoutSeconds=0.5)
                with pytest.raises(NetworkFailure):
                    await exchange.balances()
                await exchange.close()

            asyncio.run(ask(port))
            thread.join(10)


# The codes that MetaTrader's documents list.
RES_E = (-1, -2, -3, -4, -5, -6, -7, -8, -10000, -10001, -10002, -10003, -10004, -10005)
RETCODES = {10004, *range(10006, 10037), *range(10038, 10047)}


def test_every_documented_code_has_its_error() -> None:
    assert set(FAILURES) == set(RES_E)
    assert set(REFUSALS) | DONE == RETCODES
    for code in RES_E:
        error = failure("forex", [code, "words of the terminal"])
        assert isinstance(error, ExchangeError)
        assert "words of the terminal" in str(error)
        assert "forex" in str(error)


def test_a_code_nobody_knows_is_an_exchange_error() -> None:
    assert "-77" in str(failure("forex", [-77, "?"]))
    assert failure("forex", []).message


def test_an_account_of_the_config_is_opened_with_its_secret(
    server: MetaTraderServer, kit_host: HostFactory, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREX_PASSWORD", server.terminal.investor_password)
    account = {**server.settings, "password": {"env": "FOREX_PASSWORD"}, "login": str(server.terminal.login)}
    host = kit_host("kit_exchanges.metatrader.plugin", config={"exchanges": {"forex": account}})

    async def ask() -> Decimal:
        exchange = host.open_exchange("forex")
        try:
            return (await exchange.balances())[0].total
        finally:
            await exchange.close()

    assert asyncio.run(ask()) == D(1000)
    wrong = kit_host(
        "kit_exchanges.metatrader.plugin", config={"exchanges": {"forex": {**account, "host": "bridge.example.com"}}}
    )
    with pytest.raises(KitError, match="another machine"):
        wrong.open_exchange("forex")
