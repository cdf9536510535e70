"""Porchlight: visits offline, a receipt for what arrived, and a crisis that reaches a person awake."""

__version__ = "0.1.0"
