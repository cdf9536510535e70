"""By when the law, or our own promise, wants something done: hours as dated rules of a jurisdiction."""
