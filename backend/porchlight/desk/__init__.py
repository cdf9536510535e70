"""What a person opens first: Today, the families, a family, a child's face sheet, the supervisor's board."""
