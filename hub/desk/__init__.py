"""What waits for a person: things to do, things to release, long work on its way."""
