-- title: The tables that every walk is made of: what is reached, each step, and the walk itself
{reach},
walk as (
  {walk}
)
