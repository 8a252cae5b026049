-- title: A name as words, blanks after each: runs of letters and of digits, in lower case
-- each digit becomes <1<, a run of them <1<2<, of which the inner marks go: engines agree on this, not on lists.
-- What stands between words in nearly every name is replaced by itself, so that the pattern finds nothing in most of them:
-- that takes half as long. No name of the Hub is longer than 200 characters, but texts that stand in its place are
ltrim(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(regexp_replace(
  replace(replace(replace(replace(substr(lower(name), 1, 200), '-', ' '), '_', ' '), '.', ' '), '/', ' ') || ' ',
  '[^a-z0-9 ]+', ' ', 'g'),
  '0', '<0<'), '1', '<1<'), '2', '<2<'), '3', '<3<'), '4', '<4<'), '5', '<5<'), '6', '<6<'), '7', '<7<'), '8', '<8<'), '9', '<9<'),
  '<<', ''), '<', ' '))
