"""What a night is judged by: each threshold, and the real nights that it was chosen for.

The nights are those of the public audit of a tracker of 1.6 million models, 2024-07 to 2026-10, and of 721 nights of
276 models that somebody else kept.
"""

from __future__ import annotations

# a model that is downloaded so often stands still by chance on one day in 20,000
MOVER_30D = 300
# fewer of a cohort cannot say that it stood still: its neighbour says it
FEWEST_MOVERS = 3

# 21 half stalls of 2025 and 2026, 20 of them Wednesdays, left 25 to 90 % of the large models unmoved; usual are 2 %
UNMOVED_ABOVE_USUAL = 0.25
# 2026-06-25 and 2026-08-01 were low without a frozen model: then most models show less than half of their usual
SLOWED_ABOVE_USUAL = 0.25
DIP_BELOW = 0.75
# the full stalls (2025-03-04, 2025-08-16, 2025-10-15, 2026-07-20, 2026-08-28) showed less than a third of a usual day
LOW = 0.3
VAGUE = 0.5  # of a usual day: a class whose sums vary more by chance, as of a few new models, cannot say that it is low
LEAST_DAY = 300  # downloads: a sum below it is a few models' own affair
# ten cohorts in 300 nights, two tests each: one false flag in 16 years of nights
CHANCE = 1e-5
SHARE_FLOOR = 0.02  # no share of unmoved models is taken to be less: a class of 5 models has too few to say

USUAL_NIGHTS = 15  # two weeks and a day: no weekday is left out, and a month's growth does not age it
FEWEST_USUAL = 5  # before so many nights nothing is known of sums
WEEKDAY_NIGHTS = 4  # Sundays and Mondays have 0.87 of a usual day, Wednesdays to Fridays 1.05

# catch-ups came within 3 days mostly, one 5 days later (missed by a limit of 3), some in pieces
CATCH_UP_DAYS = 10
SURPLUS = 0.15  # of a usual day: the weekly cycle alone gives 0.13
REPAID = 0.7  # of what a stall lacks: a Monday's catch-up of a Sunday brings 0.74
STEADY = 0.3  # of a usual day: where chance alone does more, what comes late is told by the other classes
UNTRIED = 0.9  # of a usual day, where nobody knows yet: a whole day that comes back is more
PIECE = 0.25  # of what is still owed: what is less is chance, for catch-ups came in two pieces at most
ALONE = 0.5  # of what is still owed: so much is no chance, whatever the other classes do
WORTH = 0.1  # of a usual day: a stall that lacks less has nothing to be repaid

# 2025-05-19: 146,000 models of 1.1 million fell, 2026-06-12: 557,000; on other nights a few in ten thousand
FELL_SHARE = 0.01
FELL_OF_DAY = 0.5  # of a usual day's downloads, where few but large models fell
RECOVERED = 0.7  # of what fell
# the fall of 2026-06-12 was back after five to seven nights; what is not back after a month is the counter's new truth
HELD_DAYS = 30

# 2026-02-05 lacked 3.4 % of the models, 2025-11-24 three quarters; renames and removals are below 0.1 % a night
ABSENT_SHARE = 0.005
BACK_SHARE = 0.5  # of them: else they are gone, which is no fault of the night
BACK_NIGHTS = 7

# a day may still change while a stall of it is unseen: most catch-ups came within three days
UNSETTLED_DAYS = 3

# a burst leaves the 30-day counter as it came in: a day's counts go a window later, early or late by a stall
WINDOW_DAYS = 30
BURST_LAGS = (30, 31, 29, 28)
BURST = 10  # times the model's usual day
BURST_DOWNLOADS = 1_000
BURST_TOLERANCE = 0.1  # how far the steps up and down may differ: the counters of 2026-02-19 and 2026-03-21 by 3 %
