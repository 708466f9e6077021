"""The little of OpenDocument spreadsheets that a tool is fed with and that is read of its report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

Cell = str | Decimal | None

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE, _TABLE, _TEXT = (f"{{{_OASIS}:{name}:1.0}}" for name in ("office", "table", "text"))
_NAMES = " ".join(f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "table", "text", "style", "meta"))
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = f"""{_XML}<m:manifest xmlns:m="{_OASIS}:manifest:1.0" m:version="1.2">
<m:file-entry m:full-path="/" m:media-type="{_MIME}"/>
<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>
<m:file-entry m:full-path="styles.xml" m:media-type="text/xml"/>
<m:file-entry m:full-path="meta.xml" m:media-type="text/xml"/>
</m:manifest>"""


def write_ods(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
    """A spreadsheet of those sheets, every row as wide as the widest."""
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        file.writestr("mimetype", _MIME, ZIP_STORED)
        file.writestr("META-INF/manifest.xml", _MANIFEST)
        file.writestr("styles.xml", f'{_XML}<office:document-styles {_NAMES} office:version="1.2"/>')
        file.writestr(
            "meta.xml",
            f'{_XML}<office:document-meta {_NAMES} office:version="1.2"><office:meta/></office:document-meta>',
        )
        with file.open("content.xml", "w") as content:
            for piece in _content(sheets):
                content.write(piece.encode())


def read_ods(path: Path) -> dict[str, list[list[str]]]:
    """What the cells of each sheet hold, numbers as they are stored."""
    found: dict[str, list[list[str]]] = {}
    with ZipFile(path) as file, file.open("content.xml") as content:
        for _, element in ET.iterparse(content):  # noqa: S314 - a file that a tool wrote for us just now
            if element.tag == f"{_TABLE}table":
                rows = element.iter(f"{_TABLE}table-row")
                found[element.attrib[f"{_TABLE}name"]] = [[_said(cell) for cell in row] for row in rows]
                element.clear()
    return found


def _content(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> Iterator[str]:
    yield f'{_XML}<office:document-content {_NAMES} office:version="1.2"><office:body><office:spreadsheet>'
    for name, rows in sheets.items():
        width = max(map(len, rows))
        yield f'<table:table table:name="{escape(name)}"><table:table-column table:number-columns-repeated="{width}"/>'
        for row in rows:
            padded = [*row, *[None] * (width - len(row))]
            yield f"<table:table-row>{''.join(map(_cell, padded))}</table:table-row>"
        yield "</table:table>"
    yield "</office:spreadsheet></office:body></office:document-content>"


def _cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, Decimal):
        return f'<table:table-cell office:value-type="float" office:value="{value:f}"/>'
    text = f"<text:p>{escape(value)}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def _said(cell: ET.Element) -> str:
    value = cell.get(f"{_OFFICE}value")
    return value if value is not None else "".join(cell.itertext())
