"""Which region a family is in: that decides whose rota is called for it at night."""
