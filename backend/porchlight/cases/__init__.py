"""The families we serve, their children, the open work with them, who it is assigned to and what is left to do."""
