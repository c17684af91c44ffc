"""People who trade: profile, contact points, dated facts, segments."""
