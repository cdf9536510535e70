"""Photos and signatures."""
