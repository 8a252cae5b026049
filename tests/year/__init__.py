"""A simulated year: a Hub that lives, stalls, falls and is away, walked night by night by processes that are killed.

One number gives the whole: `world` has models and their true downloads, `incidents` what befalls the counters,
`calendar` when, `served` the loopback Hub that shows it, `worker` the process that walks, `driver` its nights, `judge`
what the published copy must say, from the world alone.
"""
