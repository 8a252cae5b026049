-- title: A class of licence is that of the tag or of the row that is named as its reason, and 'unreviewed' without one
-- row: a model whose class is another
-- broken by: update models set license_class = 'open-source' where model_id = 'judy/new'
select models.model_id, models.license, models.license_class, models.license_from, models.license_row
from models
left join license_tags as tags on tags.tag = lower(models.license)
left join licenses as terms on terms.number = models.license_row
where models.license_class is not null
  and models.license_class is distinct from case models.license_from
    when 'tag' then tags.license_class
    when 'table' then terms.license_class
    else 'unreviewed'
  end
order by models.model_id
