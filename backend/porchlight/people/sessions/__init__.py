"""Sessions: begun with a token of their own, listed and ended by their person; a browser that is new is told of."""
