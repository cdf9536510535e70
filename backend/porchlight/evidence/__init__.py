"""Photos and signatures: what they show, who agreed, and proof that they are what the phone took."""
