"""Changing one setting changes that setting, and nothing else of the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from kit import ConfigError
from kit.config import set_value
from kit.config.document import Document, parse
from kit.config.editing import call_otherwise, change_file, edited, put, take_away

FILE = Path("config.json")
FIGURES = st.integers(-(10**9), 10**9) | st.booleans() | st.text(max_size=8) | st.none()
VALUES = FIGURES | st.lists(FIGURES, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), FIGURES, max_size=3)
KEYS = st.sampled_from(["a", "b", "c", "portfolio-tracker"])
TEXTS = st.sampled_from(
    [
        "{}",
        "{\n}\n",
        "{ // only a comment\n}",
        '{\n  // first\n  "a": 1, // one\n  "b": {"c": [1, 2]}, /* tail */\n  // last\n}\n',
        "{\r\n  a: {\r\n    b: 1, // q\r\n  },\r\n}\r\n",
        "\ufeff{'a': -5 /* minus */}",
        '{"a": {"b": {}}, "c": "// no comment"}',
        '{"a": 1 // one\n , "b": 2 // two\n}',
    ]
)


def comments(text: str) -> list[str]:
    import re

    bare = re.sub(r'"[^"]*"', '""', text)
    return re.findall(r"//[^\r\n]*|/\*.*?\*/", bare)


def data_of(text: str) -> dict[str, Any]:
    document: Document = parse(FILE, text)
    assert not document.findings, (text, document.findings)
    return document.data


@given(TEXTS, st.lists(KEYS, min_size=1, max_size=3), VALUES)
def test_the_value_is_set_and_everything_else_stays(text: str, path: list[str], value: Any) -> None:
    before = data_of(text)
    try:
        after_text = edited(parse(FILE, text), tuple(path), value)
    except ConfigError:
        return  # a part of the path is no object: refused, see below
    after, expected = data_of(after_text), json.loads(json.dumps(before))
    here = expected
    for part in path[:-1]:
        here = here.setdefault(part, {})
    replaced = path[-1] in here
    here[path[-1]] = value
    assert after == expected
    if not replaced:
        assert [each for each in comments(after_text) if each in comments(text)] == comments(text)


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ('{\n  "a": 1 // one\n}\n', "b", '{\n  "a": 1, // one\n  "b": 2\n}\n'),
        ('{\n  "a": 1, // one\n}\n', "b", '{\n  "a": 1, // one\n  "b": 2,\n}\n'),
        ("{}", "a.b", '{\n  "a": {\n    "b": 2\n  }\n}'),
        ("\ufeff{a: -5}", "a", "\ufeff{a: 2}"),
        ("{\r\n  a: {\r\n  },\r\n}", "a.b", '{\r\n  a: {\r\n    "b": 2\r\n  },\r\n}'),
    ],
)
def test_it_reads_as_if_written_by_hand(before: str, path: str, after: str) -> None:
    assert edited(parse(FILE, before), tuple(path.split(".")), 2) == after


def test_a_value_cannot_hold_a_key() -> None:
    with pytest.raises(ConfigError, match="a is not an object, so it cannot hold b"):
        edited(parse(FILE, '{"a": 1}'), ("a", "b"), 2)


def test_the_old_file_is_kept_and_the_mode_stays(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"a": 1}', encoding="utf-8")
    file.chmod(0o640)
    backup = set_value(file, ["a"], 2)
    assert backup.read_text(encoding="utf-8") == '{"a": 1}'
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config.json", "config.json.bak"]


def test_a_new_file_is_the_owners_alone(tmp_path: Path) -> None:
    set_value(tmp_path / "home" / "config.json", ["a"], 1)
    assert (tmp_path / "home" / "config.json").stat().st_mode & 0o777 == 0o600


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "dotfiles.json", tmp_path / "config.json"
    target.write_text("{}", encoding="utf-8")
    link.symlink_to(target)
    set_value(link, ["a"], 1)
    assert link.is_symlink()
    assert data_of(target.read_text(encoding="utf-8")) == {"a": 1}


def test_a_refused_change_leaves_everything(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"a": 1}', encoding="utf-8")

    def refuse(_: Path) -> None:
        raise ConfigError("no")

    with pytest.raises(ConfigError, match="no"):
        set_value(file, ["a"], 2, allow=refuse)
    assert {each.name: each.read_text(encoding="utf-8") for each in tmp_path.iterdir()} == {"config.json": '{"a": 1}'}


def test_a_file_with_a_fault_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"a": 1', encoding="utf-8")
    with pytest.raises(ConfigError, match="Correct that first; nothing was changed"):
        set_value(file, ["a"], 2)
    assert file.read_text(encoding="utf-8") == '{"a": 1'


@given(TEXTS, st.lists(KEYS, min_size=1, max_size=3))
def test_the_key_is_removed_and_everything_else_stays(text: str, path: list[str]) -> None:
    document = parse(FILE, text)
    if tuple(path) not in document.keys:
        with pytest.raises(ConfigError, match="is not in the file"):
            take_away(path).edit(document)
        return
    expected = json.loads(json.dumps(document.data))
    here = expected
    for part in path[:-1]:
        here = here[part]
    del here[path[-1]]
    after = take_away(path).edit(document)
    assert data_of(after) == expected
    lost = [each for each in comments(text) if each not in comments(after)]
    assert len(lost) <= 2


@given(TEXTS, st.lists(KEYS, min_size=1, max_size=2), VALUES)
def test_what_is_added_and_removed_again_leaves_the_data_as_it_was(text: str, path: list[str], value: Any) -> None:
    before = data_of(text)
    try:
        added = edited(parse(FILE, text), (*path, "fresh"), value)
    except ConfigError:
        return
    removed = data_of(take_away([*path, "fresh"]).edit(parse(FILE, added)))
    if before.get(path[0]) is not None:
        here: Any = before
        for part in path:
            here = here.setdefault(part, {})
        assert removed == before


@given(TEXTS, KEYS)
def test_a_key_is_renamed_and_everything_else_stays(text: str, key: str) -> None:
    document = parse(FILE, text)
    if (key,) not in document.keys:
        return
    after = call_otherwise([key], 'new "name"').edit(document)
    expected = {('new "name"' if name == key else name): value for name, value in document.data.items()}
    assert list(data_of(after).items()) == list(expected.items())
    assert comments(after) == comments(text)


def test_a_removed_account_takes_its_lines_along() -> None:
    text = '{\n  // mine\n  "a": {\n    "x": 1,\n  }, // gone\n  "b": 2 // stays\n}\n'
    assert take_away(["a"]).edit(parse(FILE, text)) == '{\n  // mine\n  "b": 2 // stays\n}\n'
    assert take_away(["b"]).edit(parse(FILE, text)) == '{\n  // mine\n  "a": {\n    "x": 1,\n  } // gone\n}\n'


def test_several_changes_are_one(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"a": 1, "b": 2}')
    backup = change_file(file, put(["c"], 3), take_away(["a"]), call_otherwise(["b"], "d"))
    assert json.loads(file.read_text()) == {"d": 2, "c": 3}
    assert backup.read_text() == '{"a": 1, "b": 2}'
    with pytest.raises(ConfigError):
        change_file(file, put(["e"], 5), take_away(["nowhere"]))
    assert json.loads(file.read_text()) == {"d": 2, "c": 3}
