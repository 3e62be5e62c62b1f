"""The assessment indicators 考核指标 I1–I13: versioned definitions over the tables, and what may be published of them.

`definitions`  what each counts, in words; its SQL is a file of `sql/`, whose name carries its version
`window`       the days it is about, and the days that follow from them by the calendar
`compute`      the figures of one indicator, exact, by county with the pooled city row, or by office
`publish`      the same with small cells left out
`schemes`      assessment schemes 考核方案 are settings files: indicators, weights, formulas (`schemes/`)
`score`        what a scheme makes of the figures
`what_if`      what another scheme would make of them

Every result carries numerator, denominator, exclusions, rule set, window, version and `as_of`. A denominator below ten
gives counts and no rate; the city row is pooled, never a mean of rates; silence is never satisfaction; no table is ordered
by how many petitions a county had.
"""
