"""How much one person reads: somebody hears of it when it is more than work needs, and a machine is slowed down."""
