"""Supervision: which programs run, kept alive by `supervisord`, and what they are doing.

    programs    which there are, in what order they start and stop, and how each shows that it is well
    config      the supervisor's own files under ``$SANFANG_HOME/run``
    supervisor  a supervisor spoken to over its socket
    leftovers   what a crash left behind, recognised before it is touched
    lifecycle   up and down
    workers     what the workers say of themselves
    status      what each program does, and how far each world has come (`lag`)

A process is only ever stopped when it carries this home's mark in its environment and its identity (pid and start
time) is still the one that was looked at.
"""
