"""Phones, push services and providers of texts, as tests/phones.py makes them."""

from tests.phones import amazon, calling, decrypting, phone, push, sending

__all__ = ["amazon", "calling", "decrypting", "phone", "push", "sending"]
