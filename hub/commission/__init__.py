"""Commission: what a trade leaves, who has a part in it, and why."""
