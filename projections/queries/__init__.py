"""What can be asked of the memory. Each answer carries ``as_of``: how much of the log it knows.

`asking`  how a question is asked; its SQL is a file of `sql/`
`lists`   matters, submissions, findings, clocks, offices, flow, timeliness
`oversight` recommendations, urgent reports, meetings, leaders, supervision, mediation, as they stand after corrections
`shown`   one of them, whole, with its reasons
`free`    SQL of people's own
`gate`    what such SQL is kept to

Counts are of offices and matters, never of persons, and no list is ordered by how many petitions a county had.
"""
