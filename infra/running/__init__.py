"""The programs of a running system, one a file: ``run(settings)`` stays until it is told to stop."""
