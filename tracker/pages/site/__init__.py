"""The site: plain files made of one published copy, a page for every figure, family, country, maker and model of note.

`build` names the pages and draws them. `kinds/` has a module for each kind of page. `sheet` is a page being made; each
number on it carries the command that gives it. `addresses` maps pages to paths. `tree/` writes files to the disk. The
content depends only on the copy, the registry's claims and the reports in the data folder.
"""
