"""Phones and push services, as tests/phones.py makes them."""

from tests.phones import amazon, amazon_at_work, calling, decrypting, phone, push, sending

__all__ = ["amazon", "amazon_at_work", "calling", "decrypting", "phone", "push", "sending"]
