"""The webhook, over real HTTP: what it sends, that it is signed, what becomes of each answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import TraceConfig, web

from kit import Heading, Money, Notification, Priority, Problem, Reply, Severity, exact
from kit.host.couriers import Couriers
from kit.outbox import Delivery, State
from kit.storage import Outbox
from kit.testing import HostFactory, HostUnderTest

if TYPE_CHECKING:
    from tests.servers import Serve

SECRET = "a secret of the receiver and K.I.T."


@dataclass
class Receiver:
    """An HTTP server that keeps what it got. `answers` are (status, headers) for requests to come, then 200."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    elsewhere: int = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/hook", self.hook)
        app.router.add_route("*", "/other", self.other)
        return app

    async def hook(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=status, headers=headers, text="no such <room>" if status >= 400 else "")

    async def other(self, _request: web.Request) -> web.Response:
        self.elsewhere += 1
        return web.Response()


@pytest.fixture
def receiver(serve: Serve) -> Receiver:
    made = Receiver()
    made.url = f"{serve(made.application).url}/hook"
    return made


@dataclass
class Hooked:
    """A host whose webhook is the receiver."""

    host: HostUnderTest

    def tell(self, key: str, priority: Priority = Priority.NORMAL) -> Delivery:
        problem = Problem("p", Severity.ERROR, "It is late.", "somewhere", "Wait.")
        reply = Reply({"total": Money(exact("1234.50"), "EUR")}, (Heading("Grüße <b>🦄</b>"),), (problem,))
        self.host.services.notify(Notification(key, reply, priority, "webhook"))
        return self.deliver(key)

    def deliver(self, key: str) -> Delivery:
        Couriers(self.host.services, lambda _: None).once()
        return Outbox(self.host.services.store).of(key)[0]


@pytest.fixture
def hooked(kit_host: HostFactory, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Hooked]:
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)

    def make(url: str = "") -> Hooked:
        section: dict[str, Any] = {"url": url or receiver.url, "secret": {"env": "WEBHOOK_SECRET"}}
        config = {"channels": {"webhook": section}, "timezone": "Europe/Berlin", "network": {"timeoutSeconds": 2}}
        return Hooked(kit_host("kit_channels.webhook.plugin", config=config))

    return make


def test_it_posts_text_and_data_with_every_digit(hooked: Callable[..., Hooked], receiver: Receiver) -> None:
    delivery = hooked().tell("alert:3:1", Priority.HIGH)
    assert (delivery.state, delivery.receipt) == (State.DELIVERED, "HTTP 200")
    ((headers, body),) = receiver.got
    said = json.loads(body)
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Kit-Key"] == said["key"] == "alert:3:1"
    assert said["data"] == {"total": {"amount": "1234.50", "currency": "EUR"}}
    assert "Grüße <b></b>" in said["text"]
    assert (said["priority"], said["silent"], said["created"]) == ("high", False, "2024-06-01T12:00:00Z")
    assert said["problems"][0]["what"] == "It is late."


def test_a_receiver_can_tell_that_it_is_from_kit(hooked: Callable[..., Hooked], receiver: Receiver) -> None:
    hooked().tell("a")
    ((headers, body),) = receiver.got
    signed = headers["X-Kit-Timestamp"].encode() + b"." + body
    wanted = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(headers["X-Kit-Signature"], wanted)
    assert SECRET not in str(headers) + body.decode()
    assert headers["X-Kit-Timestamp"] == "1717243200"


def test_a_key_of_any_letters_goes_into_a_header(hooked: Callable[..., Hooked], receiver: Receiver) -> None:
    hooked().tell("alert “ü🦄”")
    ((headers, body),) = receiver.got
    assert headers["X-Kit-Key"].isascii()
    assert json.loads(body)["key"] == "alert “ü🦄”"


@pytest.mark.parametrize(
    ("status", "headers", "seconds", "words"),
    [
        (503, {}, 5, "The webhook answered with 503: no such <room>."),
        (429, {"Retry-After": "120"}, 120, "The webhook answered with 429"),
        (401, {}, 3600, "The webhook answered with 401"),
        (404, {}, 3600, "The webhook answered with 404"),
    ],
)
def test_what_is_refused_is_tried_again_when_that_may_help(
    hooked: Callable[..., Hooked], receiver: Receiver, status: int, headers: dict[str, str], seconds: int, words: str
) -> None:
    receiver.answers = [(status, headers)]
    box = hooked()
    delivery = box.tell("a")
    assert (delivery.state, (delivery.due - box.host.clock.now()).total_seconds()) == (State.WAITING, seconds)
    assert words in delivery.fault
    box.host.clock.advance(delivery.due - box.host.clock.now())
    assert box.deliver("a").state is State.DELIVERED
    assert [got[0]["X-Kit-Key"] for got in receiver.got] == ["a", "a"]


def test_a_redirect_takes_it_nowhere(hooked: Callable[..., Hooked], receiver: Receiver) -> None:
    receiver.answers = [(307, {"Location": "/other"})]
    assert hooked().tell("a").state is State.WAITING
    assert receiver.elsewhere == 0


def test_nobody_at_the_address_is_a_network_that_fails(hooked: Callable[..., Hooked], receiver: Receiver) -> None:
    delivery = hooked("http://127.0.0.1:9/hook").tell("a")
    assert "The webhook cannot be reached" in delivery.fault
    assert delivery.attempts == 1


def test_a_secret_that_is_not_there_is_said_without_a_request(
    hooked: Callable[..., Hooked], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = hooked()
    monkeypatch.delenv("WEBHOOK_SECRET")
    delivery = box.tell("a")
    assert "The environment variable WEBHOOK_SECRET is not set." in delivery.fault
    assert receiver.got == []


def test_its_section_is_checked_and_its_secret_never_shown(hooked: Callable[..., Hooked]) -> None:
    host = hooked().host
    assert host.cli("config check").code == 0
    file = host.home / "config.json"
    file.write_text(json.dumps({"channels": {"webhook": {"url": "ftp://x", "secret": "hush hush"}}}), encoding="utf-8")
    checked = host.cli("config check")
    assert (checked.code, "channels.webhook.url" in checked.out + checked.err) == (1, True)
    shown = host.cli("config show")
    assert "hush hush" not in shown.out + shown.err


def test_a_time_out_that_comes_with_the_answer_stops_no_courier(hooked: Callable[..., Hooked]) -> None:
    at = hooked()

    async def give_up(*_: object) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()

    async def prepare() -> None:
        hearing = TraceConfig()
        hearing.on_request_end.append(give_up)
        hearing.freeze()
        at.host.services.network.session().trace_configs.append(hearing)

    at.host.services.network.run(prepare())
    delivery = at.tell("k")
    assert delivery.state is State.WAITING
    assert "did not answer in time" in delivery.fault
