"""Read where indexes are kept: a folder of this machine, or a database of a Chroma server that several share."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

TENANT, DATABASE = "default_tenant", "default_database"  # that every Chroma server has
CLOUD = "api.trychroma.com"
TOKEN, CLOUD_KEY = "BPO_KPO_STORE_TOKEN", "CHROMA_API_KEY"
FORM = (
    "give a folder, chroma+http://HOST:PORT or chroma+https://HOST:PORT, with /TENANT/DATABASE behind it where they are "
    f"not Chroma's own, or chroma+cloud://TENANT/DATABASE with {CLOUD_KEY} set"
)


@dataclass(frozen=True, kw_only=True)
class ServerAddress:
    """A database of a Chroma server."""

    host: str
    port: int
    tls: bool
    tenant: str = TENANT
    database: str = DATABASE

    @property
    def token_name(self) -> str:
        """The variable of the environment that holds the token."""
        return CLOUD_KEY if self.host == CLOUD else TOKEN

    @property
    def token(self) -> str | None:
        """The token the server asks for, from the environment; None where there is none."""
        return os.environ.get(self.token_name) or None

    @property
    def folder(self) -> str:
        """A name for the folder that holds what this machine keeps of the database."""
        words = re.sub(r"[^A-Za-z0-9.]+", "-", f"{self.host}-{self.port}-{self.database}")[:60]
        return f"{words}-{hashlib.sha256(repr(self).encode()).hexdigest()[:8]}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def read_place(text: str) -> Path | ServerAddress:
    """Return the folder, or the server's database, that a text names. Raises ValueError for an address that is none."""
    if "://" not in text:
        if not text.strip():
            raise ValueError(FORM)
        return Path(os.path.expanduser(text)).absolute()  # noqa: PTH111 - pathlib fails where there is no such user
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(FORM) from None
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"it holds a user or a password: set {TOKEN} in the environment instead")
    names = [unquote(name) for name in parts.path.split("/") if name]
    if parts.query or parts.fragment or re.search(r"\s", text) or not parts.hostname:
        raise ValueError(FORM)
    if parts.scheme == "chroma+cloud" and len(names) == 1 and port is None:
        tenant = parts.netloc  # as it is written: `hostname` is in small letters
        return ServerAddress(host=CLOUD, port=443, tls=True, tenant=tenant, database=names[0])
    if parts.scheme not in ("chroma+http", "chroma+https") or len(names) not in (0, 2) or port == 0:
        raise ValueError(FORM)
    tls = parts.scheme == "chroma+https"
    tenant, database = names or (TENANT, DATABASE)
    return ServerAddress(
        host=parts.hostname, port=port or (443 if tls else 8000), tls=tls, tenant=tenant, database=database
    )
