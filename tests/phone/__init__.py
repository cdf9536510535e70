"""What a phone sends, and what becomes of it."""
