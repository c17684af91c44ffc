"""Stand-ins for the relay and the carrier: real servers on loopback, in sandbox mode only."""
