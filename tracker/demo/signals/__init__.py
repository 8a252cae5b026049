"""Other sources than the Hub, on its loopback server: each answers in the form in which it was recorded or described.

    /signals/openrouter/     exports, the keyed history, the catalogue
    /signals/epoch_eci/      the one CSV file
    /signals/modelscope/     the list of models
    lmarena-ai/leaderboard-dataset, a data set of the Hub like others

Names of models are real, and no value is: they are drawn by the name and the day, the same in every process.
"""
