"""The thresholds by which nights are judged, each with the real nights that it was chosen for.

These nights come from the public audit of a tracker of 1.6 million models, 2024-07 to 2026-10, and from 721 nights of
276 models that a third party kept.
"""

from __future__ import annotations

# a model with so many downloads stands still by chance on one day in 20,000
MOVER_30D = 300
# with fewer movers a cohort cannot tell whether it stood still: its neighbour decides
FEWEST_MOVERS = 3

# 21 half stalls of 2025 and 2026, 20 of them Wednesdays, left 25 to 90 % of the large models unmoved; 2 % is usual
UNMOVED_ABOVE_USUAL = 0.25
# 2026-06-25 and 2026-08-01 were low without a frozen model: most models had less than half of their usual day
SLOWED_ABOVE_USUAL = 0.25
DIP_BELOW = 0.75
# the full stalls (2025-03-04, 2025-08-16, 2025-10-15, 2026-07-20, 2026-08-28) showed less than a third of a usual day
LOW = 0.3
VAGUE = 0.5  # of a usual day: a cohort whose sums vary more by chance, as with few new models, is not judged low
LEAST_DAY = 300  # downloads: a smaller sum depends on a few models
# ten cohorts in 300 nights, two tests each: one false flag in 16 years of nights
CHANCE = 1e-5
SHARE_FLOOR = 0.02  # the least usual share of unmoved models: a cohort of 5 models is too small to measure less

USUAL_NIGHTS = 15  # two weeks and a day: it has every weekday, and a month's growth does not outdate it
FEWEST_USUAL = 5  # with fewer nights the usual sum is unknown
WEEKDAY_NIGHTS = 4  # Sundays and Mondays have 0.87 of a usual day, Wednesdays to Fridays 1.05

# catch-ups came within 3 days mostly, one 5 days later (missed by a limit of 3), some in pieces
CATCH_UP_DAYS = 10
SURPLUS = 0.15  # of a usual day: the weekly cycle alone gives 0.13
REPAID = 0.7  # of what a stall lacks: a Monday's catch-up of a Sunday brings 0.74
STEADY = 0.3  # of a usual day: if chance alone varies more, the other cohorts decide what came late
UNTRIED = 0.9  # of a usual day, while the variation is unknown: a whole day that comes back is more
PIECE = 0.25  # of what is still owed: less is chance, since catch-ups came in two pieces at most
ALONE = 0.5  # of what is still owed: so much is not chance, whatever the other cohorts do
WORTH = 0.1  # of a usual day: a stall that lacks less needs no repayment

# 2025-05-19: 146,000 models of 1.1 million fell, 2026-06-12: 557,000; on other nights a few in ten thousand
FELL_SHARE = 0.01
FELL_OF_DAY = 0.5  # of a usual day's downloads, if few but large models fell
RECOVERED = 0.7  # of what fell
# the fall of 2026-06-12 was back after five to seven nights; a counter that is not back after a month is taken as true
HELD_DAYS = 30

# 2026-02-05 lacked 3.4 % of the models, 2025-11-24 three quarters; renames and removals are below 0.1 % a night
ABSENT_SHARE = 0.005
BACK_SHARE = 0.5  # of the absent models: if fewer come back, they were removed and the night is not at fault
BACK_NIGHTS = 7

# a day may still change, as a stall may not be visible yet: most catch-ups came within three days
UNSETTLED_DAYS = 3

# a burst leaves the 30-day counter one window after it came in; a stall shifts that by a day or two
WINDOW_DAYS = 30
BURST_LAGS = (30, 31, 29, 28)
BURST = 10  # times the model's usual day
BURST_DOWNLOADS = 1_000
BURST_TOLERANCE = 0.1  # how far the steps up and down may differ: the counters of 2026-02-19 and 2026-03-21 by 3 %
