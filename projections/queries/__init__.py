"""What can be asked of the memory. Each answer carries ``as_of``: how much of the log it knows.

`gate` free SQL, kept to reading our own tables.
"""
