"""A chart and a matrix as tables, for CSV."""

from __future__ import annotations

import re
from datetime import datetime

from ..money import Ratio
from ..replies import Chart, Column, Matrix, Reply, Table
from .scales import of_unit


def tabular(reply: Reply) -> Table | None:
    """What of an answer is given as CSV: its first table, else its first matrix, else the points of its first chart."""
    for kind in (Table, Matrix, Chart):
        for block in reply.blocks:
            if isinstance(block, kind):
                return _table(block)
    return None


def _table(block: Table | Matrix | Chart) -> Table:
    match block:
        case Matrix():
            return _pairs(block)
        case Chart():
            return _points(block)
    return block


def _pairs(matrix: Matrix) -> Table:
    columns = tuple(Column(label, label) for label in matrix.labels)
    rows = zip(matrix.labels, matrix.rows, strict=True)
    return Table(
        (Column("", "label"), *columns),
        tuple(
            (label, *(value if isinstance(value, Ratio) else of_unit(value, "") for value in row))
            for label, row in rows
        ),
    )


def _points(chart: Chart) -> Table:
    when = "time" if chart.x and isinstance(chart.x[0], datetime) else "date"
    columns = tuple(Column(line.label, _key(line.label)) for line in chart.lines)
    figures = (tuple(of_unit(value, chart.unit) for value in line.values) for line in chart.lines)
    return Table((Column(when.capitalize(), when), *columns), tuple(zip(chart.x, *figures, strict=True)))


def _key(label: str) -> str:
    """“Fiat invested” as “fiat_invested”."""
    return re.sub(r"\W+", "_", label.lower()).strip("_")
