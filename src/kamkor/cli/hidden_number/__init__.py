"""The page that `kamkor prevalence --report` writes: one file that needs nothing else."""
