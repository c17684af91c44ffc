"""Tags of clients: the firm's list and free ones, each with its days."""
