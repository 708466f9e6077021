"""A section of its own, a home, and a short way to look at a config.json."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit import SettingsSection
from kit.config import Config, Secret, load_config


class Depot(BaseModel):
    """Settings with every shape that a section may have."""

    model_config = ConfigDict(extra="forbid", strict=True, regex_engine="python-re")

    interval: int = Field(default=60, ge=10, le=3600, json_schema_extra={"unit": "seconds"})
    live: bool = False
    base: Annotated[str, Field(pattern=r"^[A-Z]{3}(?![\s\S])")] = "USD"
    ratio: float = Field(default=0.5, gt=0, lt=1)
    mode: Literal["hourly", "daily"] = "daily"
    tags: list[str] = Field(default_factory=list, max_length=3)
    low: int = 0
    high: int = 10

    @model_validator(mode="after")
    def _ordered(self) -> Depot:
        if self.low > self.high:
            raise ValueError("low is above high; swap them")
        return self


class Vault(BaseModel):
    """A section with a secret."""

    model_config = ConfigDict(extra="forbid")

    api_key: Secret = Field(alias="apiKey")


class Practice(BaseModel):
    """A venue's settings."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["practice"]
    fee: float = Field(default=0.001, ge=0, lt=1)
    pin: Secret | None = None


SECTIONS = (
    SettingsSection("skills.depot", "kit_test_settings:Depot", ("depot",)),
    SettingsSection("skills.vault", "kit_test_settings:Vault"),
)
EXCHANGES = {"practice": "kit_test_settings:Practice", "bare": ""}
Look = Callable[..., Config]


@pytest.fixture(autouse=True)
def settings_module() -> Iterator[None]:
    module = ModuleType("kit_test_settings")
    module.__dict__.update(Depot=Depot, Vault=Vault, Practice=Practice)
    sys.modules["kit_test_settings"] = module
    yield
    del sys.modules["kit_test_settings"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def look(home: Path, tmp_path: Path) -> Look:
    """Write a config.json (text, bytes, or nothing) and look at it."""

    def look(content: str | bytes | None = None, *, overrides: dict[str, object] | None = None, **env: str) -> Config:
        if content is not None:
            file = home / "config.json"
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            file.chmod(0o600)
        env = {"KIT_CACHE": str(tmp_path / "cache"), **env}
        return load_config(home, SECTIONS, exchange_settings=EXCHANGES, env=env, overrides=overrides)

    return look
