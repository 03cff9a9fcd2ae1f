"""What faults do: workers killed under load, a full disk, databases that stop, a clock that jumps."""
