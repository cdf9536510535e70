"""Cookies of ours: for this host only, out of reach of scripts, and over https only wherever there is https."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from porchlight.settings import Settings


def name_of(settings: Settings, name: str) -> str:
    """`__Host-` needs TLS; plain HTTP is only ever loopback."""
    return f"__Host-{name}" if settings.secure else name


def cookie(settings: Settings, name: str, value: str, *, seconds: int) -> Cookie:
    """An empty value takes the cookie away."""
    return Cookie(
        key=name_of(settings, name),
        value=value,
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        max_age=seconds if value else 0,
    )


def value_of(request: Request[Any, Any, Any], name: str) -> str:
    return request.cookies.get(name_of(request.app.state.settings, name), "")
