"""Spikes 激增: does a county see more escalations than its history explains?

`settings` says what is promised and what is assumed · `powers` is the arithmetic that is the same on every machine ·
`evidence` weighs one period against its tolerance · `boost` takes back what overshooting the threshold would waste ·
`baseline` is what the past explains, `pooling` what streams tell each other · `dispersion` is how widely counts
scatter anyway · `profile` is the week and its holidays · `patience` turns the promise into thresholds · `detector`
puts them together: one step a period, all streams at once · `counted` what of log and findings is counted · `merging`
all partitions in one order · `tallies` counts as they are known now · `watch` the days as the detector sees them ·
`stage` alerts said · `keeping` whether the promise is kept on live history · `pictures` what they show ·
`comparisons` are other people's methods, for `sanfang spikes eval` only.

The unit is a stream of counts (county, category, kind of finding, and their sums), never a person.

Method: e-detectors (Shin, Ramdas, Rinaldo, arXiv 2203.03532), many streams (Dandapanthula and Ramdas, arXiv 2501.04130),
no overshoot (Fischer and Ramdas, arXiv 2410.16076). docs/spikes.md tells it whole.
"""
