"""What runs inside a stage, next to a full database: each module's `measure()` prints its tables."""
