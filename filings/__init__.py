"""Forms filled, checked, submitted and printed."""
