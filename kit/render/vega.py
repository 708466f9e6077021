"""A chart as a Vega-Lite specification: what pictures and pages are drawn from.

Ticks and their labels are those of the terminal, so that a chart reads alike everywhere. The data stand in the
specification, thinned to what the width can show; nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from ..replies import Chart, Line
from .dates import seconds, time_scale, time_ticks
from .figures import figure
from .safe import line as one_line, without_pictures
from .scales import Scale, Tick, figure_scale, figure_ticks, of_unit
from .thinning import runs, thinned

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_WIDTH, _HEIGHT = 800, 400
_LETTERS = _WIDTH // 8  # of an axis label's size, side by side
_ROOM = 0.06  # above the highest and below the lowest, for the names of markers
_COLORS = ("#0087ff", "#ff8700", "#00af5f", "#d75fd7", "#808080")
_SOLID, _DASHED = [1, 0], [6, 4]


@dataclass(frozen=True, slots=True)
class _Ink:
    ground: str
    words: str
    grid: str


_LIGHT, _DARK = _Ink("#ffffff", "#333333", "#e4e4e4"), _Ink("#1c1c1c", "#d0d0d0", "#3a3a3a")


def vega_lite(*charts: Chart, zone: tzinfo = UTC, dark: bool = False) -> dict[str, Any]:
    """The specification, several charts one below the other; days and hours are those of `zone`.

    Raises ValueError where there is nothing to draw.
    """
    if not charts or not all(chart.drawable for chart in charts):
        raise ValueError("a chart without a figure cannot be drawn")
    views = [_view(chart, zone) for chart in charts]
    own = {"resolve": {"scale": {"color": "independent", "strokeDash": "independent"}}}
    drawn = views[0] if len(views) == 1 else {"vconcat": views, **own}
    return {"$schema": SCHEMA, **drawn, "config": _config(_DARK if dark else _LIGHT)}


def _view(chart: Chart, zone: tzinfo) -> dict[str, Any]:
    times, figures = time_scale(chart.x), _roomy(figure_scale(chart))
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "title": _plain(chart.title),
        "data": {"values": [row for line in chart.lines for row in _rows(chart, line, zone)]},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", **_axis(times, time_ticks(chart.x, zone=zone, width=_LETTERS))},
            "y": {"field": "y", "type": "quantitative", **_axis(figures, figure_ticks(figures, chart.unit, at_most=7))},
        },
        "layer": [*_areas(chart), _strokes(chart), _lone(), *_markers(chart, figures, zone)],
    }


def _roomy(scale: Scale) -> Scale:
    """`scale` with some room; what ends at zero ends there."""
    room = (scale.high - scale.low) * _ROOM
    return Scale(scale.low - room if scale.low else 0.0, scale.high + room if scale.high else 0.0)


def _axis(scale: Scale, ticks: list[Tick]) -> dict[str, Any]:
    labels = json.dumps([tick.label for tick in ticks])
    at = f"round(datum.index * {len(ticks) - 1})" if len(ticks) > 1 else "0"
    return {
        "title": None,
        "scale": {"domain": [scale.low, scale.high], "nice": False, "zero": False},
        "axis": {"values": [scale.at(tick.place) for tick in ticks], "labelExpr": f"{labels}[{at}]"},
    }


def _rows(chart: Chart, line: Line, zone: tzinfo) -> Iterator[dict[str, Any]]:
    """The points of a line; one without a figure stands in each gap, and one that is alone says so."""
    times = [seconds(each) for each in chart.x]
    scale = time_scale(chart.x)
    places = [scale.place(each) for each in times]
    name = _plain(line.label)
    for run in runs(line.values):
        if before := run[0].at:
            yield {"line": name, "x": times[before - 1], "y": None}
        for point in thinned(run, places, _WIDTH):
            yield {
                "line": name,
                "x": times[point.at],
                "y": float(point.value),
                "when": figure(chart.x[point.at], zone=zone),
                "figure": figure(of_unit(point.value, chart.unit)),
                "alone": len(run) == 1,
            }


def _areas(chart: Chart) -> Iterator[dict[str, Any]]:
    if chart.kind == "area":
        yield {
            "mark": {"type": "area", "opacity": 0.15, "color": _COLORS[0], "invalid": "break-paths-show-path-domains"},
            "transform": [{"filter": {"field": "line", "equal": _plain(chart.lines[0].label)}}],
            "encoding": {"y2": {"datum": 0}},
        }


def _strokes(chart: Chart) -> dict[str, Any]:
    names = [_plain(line.label) for line in chart.lines]
    colors = [_COLORS[at % len(_COLORS)] for at in range(len(names))]
    legend = {"title": None, "orient": "top", "labelLimit": 0, "symbolType": "stroke"} if len(names) > 1 else None
    dashes = [_DASHED if line.dashed else _SOLID for line in chart.lines]
    return {
        # A pointed join of a steep peak would reach beyond its figure.
        "mark": {"type": "line", "strokeWidth": 2, "strokeJoin": "round", "invalid": "break-paths-show-path-domains"},
        "encoding": {
            "color": {"field": "line", "scale": {"domain": names, "range": colors}, "legend": legend},
            "strokeDash": {"field": "line", "scale": {"domain": names, "range": dashes}, "legend": legend},
            "tooltip": [{"field": each, "type": "nominal"} for each in ("line", "when", "figure")],
        },
    }


def _lone() -> dict[str, Any]:
    """A figure between two gaps makes no line: it is a dot."""
    return {
        "mark": {"type": "point", "filled": True, "size": 20},
        "transform": [{"filter": "datum.alone"}],
        "encoding": {"color": {"field": "line"}},
    }


def _markers(chart: Chart, figures: Scale, zone: tzinfo) -> Iterator[dict[str, Any]]:
    """A dot with its name and figure, above it in the upper half and below it in the lower one."""
    times = time_scale(chart.x)
    for marker in chart.markers:
        shown = figure(of_unit(marker.y, chart.unit), cell=True)
        text = f"{_plain(marker.label)}: {shown} ({figure(marker.x, zone=zone)})"
        across = times.place(seconds(marker.x))
        align = "left" if across < 0.25 else "right" if across > 0.75 else "center"
        above = figures.place(marker.y) >= 0.5
        yield {
            "data": {"values": [{"x": seconds(marker.x), "y": float(marker.y), "text": text}]},
            "layer": [
                {"mark": {"type": "point", "filled": True, "size": 60, "color": "#d7263d", "opacity": 1}},
                {
                    "mark": {"type": "text", "align": align, "dy": -12 if above else 14},
                    "encoding": {"text": {"field": "text"}},
                },
            ],
        }


def _config(ink: _Ink) -> dict[str, Any]:
    words = {"labelColor": ink.words, "labelFontSize": 12}
    return {
        "background": ink.ground,
        "padding": 16,
        "view": {"stroke": None},
        "axis": {**words, "gridColor": ink.grid, "domainColor": ink.grid, "tickColor": ink.grid},
        "axisX": {"grid": False},
        "legend": {**words, "symbolStrokeWidth": 2, "symbolSize": 400},
        "text": {"color": ink.words, "fontSize": 12},
        "title": {"color": ink.words, "fontSize": 16, "anchor": "start"},
    }


def _plain(text: str) -> str:
    return without_pictures(one_line(text)).strip()
