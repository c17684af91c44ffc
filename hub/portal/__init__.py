"""The client's own side of the house: his home, and how he comes in for the first time."""
