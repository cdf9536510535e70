"""Texts and calls: how long they are, what they cost, who wants none, and what becomes of them."""
