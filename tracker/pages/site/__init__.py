"""The site: plain files made of one published copy, a page for every figure, family, country, maker and model of note.

`build` names the pages and draws them, `kinds/` has a module for each kind of page, `sheet` is the page in the making,
on which every number carries the command that gives it, `addresses` says where pages stand, `tree/` puts files on the
disk. What a page says is a function of the copy, the registry's claims and the reports that the folder keeps.
"""
