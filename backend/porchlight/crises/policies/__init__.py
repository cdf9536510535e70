"""Whom an alert calls, in which order, and after how long: set by a supervisor, kept in seconds."""
