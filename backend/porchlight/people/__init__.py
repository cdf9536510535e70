"""The people who work with Porchlight: who they are, what they may see, how they sign in and with which phone."""
