"""The words that photos and signatures are described with."""

from enum import StrEnum


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
