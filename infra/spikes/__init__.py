"""Judging the detector: series from files (`series`), beside other methods (`evaluation`), on simulated quiet years
(`quiet`), promised against realised with the power curve (`calibration`), and on live history (`live`).
"""
