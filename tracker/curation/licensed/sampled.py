"""Licences of the models of a recorded sample, as a published copy has them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tracker.registry import Registry

PREFIX = "license:"


def licenses_of(tags: pl.Series) -> pl.Series:
    """Return what each list of tags names as its licence, of several all, null where none does.

    A list that was cut names none as well, so that null is never told as "no licence".
    """
    named = tags.list.eval(pl.element().filter(pl.element().str.starts_with(PREFIX)).str.strip_prefix(PREFIX))
    joined = pl.DataFrame({"named": named}).select(
        pl.when(pl.col("named").list.len() > 0).then(pl.col("named").list.join(", ")).alias("license")
    )
    return joined["license"]


def licensed(model_ids: pl.Series, licenses: pl.Series, registry: Registry) -> pl.DataFrame:
    """Return license, license_class, license_from and license_row of each model, by the terms of today.

    A sample knows no present day that its rows could be judged by.
    """
    licensing, names = registry.licensing, model_ids.to_list()
    numbers = licensing.numbers(names, registry.rulings(names).line.astype(np.int16))
    position = {id(row): number for number, row in enumerate(registry.licenses)}
    rows = []
    for tag, number in zip(licenses.to_list(), numbers.tolist(), strict=True):
        row = licensing.holding(number, date.max)
        said = licensing.decided(tag, row)
        rows.append((tag, said.license_class, said.license_from, position[id(row)] if row else None))
    schema = {"license": pl.String, "license_class": pl.String, "license_from": pl.String, "license_row": pl.Int64}
    return pl.DataFrame(rows, schema, orient="row")
