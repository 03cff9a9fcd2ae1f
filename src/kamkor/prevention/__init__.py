"""Before anybody is harmed: the register of recruiters, the watch over adverts, and who leaves for work."""
