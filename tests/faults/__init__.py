"""What may go wrong on a phone (docs/faults.toml), played with a real browser and a real server."""
