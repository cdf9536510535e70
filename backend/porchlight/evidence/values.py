"""The words that photos and signatures are described with."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class PhotoState(StrEnum):
    WAITING = "waiting"  # parts are still missing
    CHECKING = "checking"  # the worker rebuilds it
    STORED = "stored"
    REFUSED = "refused"


class Purpose(StrEnum):
    """Why a picture is taken; nothing is photographed without one."""

    HOME = "home"
    SAFETY = "safety"
    DOCUMENT = "document"
    INJURY = "injury"
    KEEPSAKE = "keepsake"


class Method(StrEnum):
    DRAWN = "drawn"
    TYPED = "typed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Announced:
    """A photo as its phone describes it. size in bytes; sha256 of the whole, b64u; parts [{"length", "sha256"}], sealed."""

    id: UUID
    device_id: UUID
    size: int
    sha256: str
    parts: list[dict[str, Any]]
