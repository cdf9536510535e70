"""Phones and push services, as tests/phones.py makes them."""

from tests.phones import amazon, calling, decrypting, phone, push, sending

__all__ = ["amazon", "calling", "decrypting", "phone", "push", "sending"]
