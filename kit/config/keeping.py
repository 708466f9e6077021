"""Where the secrets of accounts are kept: the system's keyring where there is one, else files of this home.

Only a reference to a secret stands in config.json. Each secret gets an entry of its own, never used
twice, so that a new key is in place before the old one goes, and an account can be renamed without
touching its keys. `forget` removes only what was kept here, never what a person wrote a reference to.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import ConfigError

FOLDER = "secrets"
SERVICE = "kit-exchanges"
_OWN_ENTRY = re.compile(r"[^/]+\.[A-Za-z]+\.[0-9a-f]{8}")
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9 _-]")
Reference = dict[str, str]


def keep(home: Path, account: str, key: str, secret: str) -> Reference:
    """Keep one secret of an account; what to write into config.json for it. Raises ConfigError."""
    entry = f"{_NOT_IN_FILE_NAMES.sub('_', account)}.{key}.{secrets.token_hex(4)}"
    if _keep_in_keyring(entry, secret):
        return {"keyring": f"{SERVICE}/{entry}"}
    return {"file": str(_keep_in_file(home / FOLDER, entry, secret))}


def forget(home: Path, reference: Any) -> bool:
    """Remove a secret that `keep` kept; False where the reference is somebody else's or leads nowhere."""
    kind, where = parts(reference)
    if kind == "file" and _is_own_file(home, where):
        with suppress(OSError):
            Path(where).unlink()
            return True
    if kind == "keyring" and where.startswith(f"{SERVICE}/") and _OWN_ENTRY.fullmatch(where.partition("/")[2]):
        return _forget_in_keyring(where.partition("/")[2])
    return False


def parts(reference: Any) -> tuple[str, str]:
    """("file", path), ("env", name) or ("keyring", "service/name"); ("", "") for what is no reference."""
    if isinstance(reference, Mapping) and len(reference) == 1:
        ((kind, where),) = reference.items()
        if kind in {"file", "env", "keyring"} and isinstance(where, str):
            return kind, where
    return "", ""


def references(account: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(key, reference) of everything in an account that is kept elsewhere."""
    for key, value in account.items():
        if parts(value) != ("", ""):
            yield key, value


def leads_somewhere(reference: Any, env: Mapping[str, str]) -> bool:
    """Whether there is something where a reference points. The keyring is not opened for that."""
    kind, where = parts(reference)
    if kind == "env":
        return bool(env.get(where))
    return kind != "file" or Path(where).expanduser().is_file()


def kept_files(home: Path) -> Iterator[Path]:
    """The folder of the secrets and the files in it."""
    folder = home / FOLDER
    if folder.is_dir():
        yield folder
        yield from sorted(folder.iterdir())


def _is_own_file(home: Path, where: str) -> bool:
    file = Path(where)
    return file.parent == home / FOLDER and bool(_OWN_ENTRY.fullmatch(file.name))


def _keep_in_file(folder: Path, entry: str, secret: str) -> Path:
    file, fresh = folder / entry, folder / f".{entry}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secret.encode("utf-8"))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
        _sync_folder(folder)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise ConfigError(
            f"The key cannot be kept in {folder} ({error.strerror}).", next_step="Check its permissions and free space."
        ) from None
    return file


def _sync_folder(folder: Path) -> None:
    """The entry of the new file, on disk too. Windows opens no folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _keep_in_keyring(entry: str, secret: str) -> bool:
    """Whether the keyring took it; it may be missing, locked, or have no place to keep anything."""
    try:
        import keyring
    except ImportError:
        return False
    try:
        if keyring.get_keyring().priority < 1:
            return False
        keyring.set_password(SERVICE, entry, secret)
        return bool(keyring.get_password(SERVICE, entry) == secret)
    except Exception:  # noqa: BLE001 - every backend fails in ways of its own; a file is always there
        return False


def _forget_in_keyring(entry: str) -> bool:
    try:
        import keyring

        keyring.delete_password(SERVICE, entry)
    except Exception:  # noqa: BLE001 - as above
        return False
    return True
