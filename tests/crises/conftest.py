"""Phones and push services, as tests/phones.py makes them."""

from tests.phones import decrypting, phone, push, sending

__all__ = ["decrypting", "phone", "push", "sending"]
