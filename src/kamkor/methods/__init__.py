"""The science of the work in plain Python: nothing is read or written, time and chance are arguments."""
