"""What is promised in figures, measured against the floor in the same run."""
