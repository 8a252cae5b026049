-- title: From a model, or a name that no snapshot has, along the edges that count: the tables that every walk is made of
ladder as (
  {ladder}
),
asked as (
  {asked}
),
loose as materialized (
  {loose}
),
reached as (
  {reached}
),
step as materialized (
  {steps}
),
walk as (
  {walk}
)
