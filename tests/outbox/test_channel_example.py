"""The example on the page for plugin authors: a signal and a channel that work as they stand."""

from __future__ import annotations

import re
from pathlib import Path

from kit.testing import HostFactory

ROOT = Path(__file__).parents[2]


def test_the_example_measures_and_tells(kit_host: HostFactory, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    (example,) = [body for body in re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S) if "class Pager" in body]
    package = tmp_path / "river" / "kit_river"
    package.mkdir(parents=True)
    (package.parent / "plugin.toml").write_text(
        'name = "river"\nversion = "1"\nsummary = "A river."\n', encoding="utf-8"
    )
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(example, encoding="utf-8")
    told = tmp_path / "pager.txt"
    host = kit_host(package.parent, config={"channels": {"pager": {"file": str(told)}}}, beside=("alerts",))
    made = host.cli("alert river level above 5")
    assert (made.code, "Level now: 4.2" in made.out) == (0, True)
    assert host.cli("alerts test 1").code == 0
    assert host.cli("notifications send").code == 0
    assert told.read_text(encoding="utf-8").startswith("Test: River level above 5\nLevel now: 4.2\n")
