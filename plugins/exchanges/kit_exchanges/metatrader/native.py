"""The official MetaTrader5 module, which there is for Windows only."""

from __future__ import annotations

import sys

from kit import ConfigError

from . import far_side


class NativeTerminal:
    """The terminal of this machine. It stays running when it is let go."""

    def __init__(self) -> None:
        try:
            import MetaTrader5
        except ImportError:
            raise ConfigError(_missing()) from None
        self._module = MetaTrader5

    def ask(self, question: str) -> str:
        return far_side.answer(self._module, question)

    def close(self) -> None:
        self._module.shutdown()


def _missing() -> str:
    if sys.platform == "win32":
        return "The module MetaTrader5 is not installed: pip install 'kit-host[metatrader]'."
    return (
        "The module MetaTrader5 is for Windows only. On this machine use a bridge: set terminal to “bridge”, "
        "and see docs/metatrader.md."
    )
