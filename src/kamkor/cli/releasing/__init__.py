"""What `kamkor release` writes: the protected file, its reports, and the sheet for two signatures."""
