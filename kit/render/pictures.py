"""Charts as a picture: PNG or SVG, through the extra `charts`."""

from __future__ import annotations

from datetime import UTC, tzinfo
from importlib.util import find_spec

from ..errors import KitError
from ..replies import Chart
from .vega import vega_lite

_SHARPNESS = 2  # pixels for each point of the drawing


def require_pictures() -> None:
    """Raises KitError where the extra is not installed."""
    if find_spec("vl_convert") is None:
        raise KitError(
            "Pictures of charts need a library that is not installed.",
            next_step="Install it: pip install 'kit-host[charts]'",
        )


def png(*charts: Chart, zone: tzinfo = UTC, dark: bool = False) -> bytes:
    """The charts as one PNG, one below the other.

    Raises KitError without the extra, ValueError where there is nothing to draw.
    """
    require_pictures()
    import vl_convert

    spec = vega_lite(*charts, zone=zone, dark=dark)
    return vl_convert.vegalite_to_png(spec, scale=_SHARPNESS, allowed_base_urls=[])


def svg(*charts: Chart, zone: tzinfo = UTC, dark: bool = False) -> str:
    """The same as SVG."""
    require_pictures()
    import vl_convert

    return vl_convert.vegalite_to_svg(vega_lite(*charts, zone=zone, dark=dark), allowed_base_urls=[])
