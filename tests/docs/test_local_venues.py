"""The example of “Testing against local venues” is a test that passes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kit_exchanges.simulated import KrakenServer

from kit.testing import HostFactory

ROOT = Path(__file__).parents[2]
_MANIFEST = 'name = "weather"\nversion = "1"\nsummary = "…"\nmodule = "kit_weather_venues.plugin"\n'


def test_the_test_on_the_page_passes(kit_host: HostFactory, kraken_server: KrakenServer, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```python\n(.*?)```", page, re.S) if "kraken_server" in block]
    package = tmp_path / "weather" / "kit_weather_venues"
    package.mkdir(parents=True)
    (package.parent / "plugin.toml").write_text(_MANIFEST, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text("", encoding="utf-8")
    names: dict[str, Any] = {"__file__": str(package.parent / "tests" / "test_weather.py")}
    exec(compile(example, "docs/plugins.md", "exec"), names)  # noqa: S102
    names["test_a_page_about_maintenance_is_no_balance"](kit_host, kraken_server)
