"""The state's reviewers: their families, and what waits for them."""
