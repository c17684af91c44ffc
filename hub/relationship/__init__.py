"""Who serves whom, since when; the gate on every client's data."""
