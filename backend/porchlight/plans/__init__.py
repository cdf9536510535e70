"""Safety plans: what sets a hard moment off, what helps, whom to call; versions, never overwritten."""
