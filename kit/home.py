"""Where an installation keeps its things."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def home_folder(option: str | os.PathLike[str] | None = None, env: Mapping[str, str] = os.environ) -> Path:
    """The folder of config.json and the data: `--home`, else KIT_HOME, else the platform's config folder."""
    chosen = option or env.get("KIT_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_config_path

    return user_config_path("kit", appauthor=False)


def cache_folder(env: Mapping[str, str] = os.environ) -> Path:
    """The folder of what can be learnt again: KIT_CACHE, else the platform's cache folder."""
    chosen = env.get("KIT_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("kit", appauthor=False)
