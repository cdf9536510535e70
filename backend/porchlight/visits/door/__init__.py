"""At the door without signal: the foster parent answers on their own phone, and both sides meet here later (decision 0011)."""
