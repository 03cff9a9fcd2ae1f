"""Cases in and out in the data standard of trafficking cases (HTCDS), losing nothing on the way."""
