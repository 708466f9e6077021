"""`--png FILE`: the charts of an answer, in a file of the user's."""

from __future__ import annotations

import os
from datetime import tzinfo
from pathlib import Path

from ..errors import KitError, UsageError
from ..replies import Chart, Reply

_KINDS = (".png", ".svg")


def draw(reply: Reply, path: Path, *, overwrite: bool, zone: tzinfo) -> str:
    """Draw the charts of the answer that have a figure; in a sentence what was done.

    The file gets its name when it is whole. Raises UsageError for a name that is taken or of another kind, KitError
    where there is nothing to draw, nothing to draw it with, or no room.
    """
    from ..render.pictures import png, svg

    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise UsageError(f"{path} is neither a .png nor a .svg.", next_step="Name the file so: chart.png")
    if path.is_dir() or (path.exists() and not overwrite):
        raise UsageError(f"{path} is there already.", next_step="Name another file, or overwrite it with --force.")
    charts = [block for block in reply.blocks if isinstance(block, Chart) and block.drawable]
    if not charts:
        raise KitError(
            "This answer has no chart with a figure.",
            next_step="Ask without --png what there is to say, or for a longer period.",
        )
    content = png(*charts, zone=zone) if kind == ".png" else svg(*charts, zone=zone).encode()
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise KitError(f"{path} cannot be written: {error.strerror}.", next_step="Check the folder.") from error
    return f"Drew {' and '.join(f'“{chart.title}”' for chart in charts)} into {path}."
