"""Phones and push services, as tests/phones.py makes them."""

from tests.phones import phone, push, sending

__all__ = ["phone", "push", "sending"]
