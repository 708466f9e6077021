"""`kit completion SHELL`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...replies import Reply, Text

if TYPE_CHECKING:
    from ...services import Services

_LINES = {
    "bash": ("~/.bashrc", 'eval "$(_KIT_COMPLETE=bash_source kit)"'),
    "zsh": ("~/.zshrc", 'eval "$(_KIT_COMPLETE=zsh_source kit)"'),
    "fish": ("~/.config/fish/completions/kit.fish", "_KIT_COMPLETE=fish_source kit | source"),
}


def completion(services: Services, *, shell: str) -> Reply:
    """The line that switches completion on; the whole answer can also be evaluated as it is."""
    file, line = _LINES[shell]
    return Reply(
        {"shell": shell, "file": file, "line": line},
        (Text(f"# Put this line into {file}:\n{line}", code=True),),
    )
