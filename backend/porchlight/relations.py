"""Which query answers each relation of the access table, on one screen; web and worker both call `relate`."""

from porchlight.people import access


def relate() -> None:
    access.relate({})
