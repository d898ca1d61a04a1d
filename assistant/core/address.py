"""Show the address of a server without what may be secret in it: user, password, query."""

import ipaddress
import re
from urllib.parse import urlsplit


def bare_address(address: str | None) -> str | None:
    """Return the address of a server without user, password, query and closing slash; None for none."""
    return re.sub(r"[?#].*|(?<=//)[^/?#]*@", "", address).rstrip("/") if address else None


def is_address(text: str) -> bool:
    """Tell whether a text is the address of a server: http or https, a host, and a port where there is one."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # of a host in open brackets, or a port that is no number up to 65535
        return False
    whole = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    return whole and port != 0


def guarded(text: str) -> str:
    """Return what was given as an address and is none, without what stands where a password or a key would."""
    return re.sub(r"[?#].*", "", re.sub(r"^(\w*:/+)?.*@", r"\1", text, flags=re.DOTALL), flags=re.DOTALL)


def is_own(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
