"""One line of time over everything that happened with a client, whatever room it happened in."""
