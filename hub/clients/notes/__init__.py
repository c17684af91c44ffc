"""Notes: needs, life events and news of clients, with source and consent."""
