-- title: The region of a country
left join countries on countries.country = raw
