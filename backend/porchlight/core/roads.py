"""Ways to other machines: which stay on this one, and which prove who answers at the other end."""

import contextlib
import ipaddress

from sqlalchemy import make_url


def local(host: str) -> bool:
    """This machine: a loopback address or its name."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def proven(database: str) -> bool:
    """Whether each machine of a PostgreSQL address is this one (a socket is), or must show a certificate that fits its name."""
    url = make_url(database)
    asked = url.query.get("host", ())
    named = [url.host or "", *([asked] if isinstance(asked, str) else asked)]
    hosts = [host for one in named for host in one.split(",") if host]
    if all(host.startswith("/") or local(host) or local(host.rpartition(":")[0]) for host in hosts):
        return True
    return url.query.get("sslmode") == "verify-full"
