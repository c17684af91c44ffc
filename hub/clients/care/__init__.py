"""Care: why a client is to be treated with care, from when to when."""
