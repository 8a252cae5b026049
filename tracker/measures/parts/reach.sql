-- title: From a model, or a name that no snapshot has, along the edges that count: all that is reached, and each step
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
)
