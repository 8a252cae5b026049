-- title: The organization that a base's namespace belongs to
left join (
  select namespace, arg_max(organization, coalesce(valid_from, date '0001-01-01')) as organization
  from organizations
  group by namespace
) as namespaces on namespaces.namespace = raw
