"""The Delta log: which files a table has, as any engine reads it, laid beside files that are there already.

    <data_dir>/snapshots/_delta_log/       of the nights that each publish names: one version a publish
    <data_dir>/delta/<table>/_delta_log/   of tables of the state, whole copies that are written now and then

The log follows the manifests of generations and can be rebuilt from them. Only the tracker may write it.

May import: disk, errors, files, sql, store.base.
"""
