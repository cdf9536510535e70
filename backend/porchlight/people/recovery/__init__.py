"""Somebody has lost the only way in: one supervisor stands beside them, a second person agrees, and they choose anew."""
