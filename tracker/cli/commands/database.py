"""The published database itself: ad-hoc SQL, its schema, exports, backups."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import (
    MASTER,
    FolderOrStore,
    Output,
    Place,
    asking_options,
    asks,
    folder_options,
    given_text,
    output_options,
    question,
)
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.api import Copy, Rows
    from tracker.cli.options import Asked
    from tracker.settings import Settings


_NO_SQL = 'no SQL given; for example `tracker sql "from runs"`; `tracker schema` lists the tables'


def _told(copy: Copy, *, sql: str | None, parameters: tuple[tuple[str, str], ...]) -> Rows:
    if not sql or not sql.strip():
        raise SettingsError(_NO_SQL)
    return copy.told(sql, dict(parameters))


@click.command()
@click.argument("sql", metavar="[QUERY]", required=False)
@click.option("-f", "--file", "source", metavar="FILE", help="Read the SQL from a file; - is stdin.")
@click.option(
    "-p", "--param", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Bind $NAME; repeatable."
)
@click.option("--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds.")
@output_options
@asking_options
@asks(_told)
def sql(
    asked: Asked,
    output: Output,
    sql: str | None,
    source: str | None,
    parameters: tuple[tuple[str, str], ...],
    timeout: float,
) -> None:
    """Run one SELECT on the published copy, read-only.

    It reaches no other files, no network and no settings, and is killed when --timeout or memory_limit is over.

    \b
    Examples:
      tracker sql "select family, count(*) as models from lineage group by all order by all"
      tracker sql 'select * from models where publisher = $who' -p who Qwen
      echo "from runs" | tracker sql
    """
    from tracker.cli.output import emit

    text = sql or ("" if source is None and sys.stdin.isatty() else given_text(source or "-"))
    if not text.strip():
        raise SettingsError(_NO_SQL)
    with asked.open(timeout=timeout) as copy:
        emit(_told(copy, sql=text, parameters=parameters), output)


@click.command("spark-sql")
@click.argument("sql", metavar="[QUERY]", required=False)
@click.option("-f", "--file", "source", metavar="FILE", help="Read the SQL from a file; - is stdin.")
@click.option("--master", default=MASTER, show_default=True, metavar="URL", help="local[N], or a cluster's.")
@output_options
@asking_options
def spark_sql(asked: Asked, output: Output, sql: str | None, source: str | None, master: str) -> None:
    """Run one query on the published copy, with Spark.

    It is Spark's own SQL and passed on as it is; tables and views are those of `tracker schema`. Needs the extra
    `spark`, and Java 17. Spark reads the files that the copy names: a cluster must see them under the same names.

    \b
    Examples:
      tracker spark-sql "select family, count(*) as models from lineage group by all order by all"
      tracker spark-sql -f question.sql --master spark://host:7077 --data-dir /mnt/export
    """
    from tracker.cli.output import emit

    text = sql or ("" if source is None and sys.stdin.isatty() else given_text(source or "-"))
    if not text.strip():
        raise SettingsError('no SQL given; for example `tracker spark-sql "select * from runs"`')
    with replace(asked, spark=master).open() as copy:
        emit(copy.spark_sql(text), output)


@click.command()
@click.argument("table", required=False)
@output_options
@question(is_cited=False)
def schema(copy: Copy, table: str | None) -> Rows:
    """List tables and views, their columns, types and meaning.

    \b
    Examples:
      tracker schema
      tracker schema lineage
    """
    return copy.schema(table)


@click.command()
@click.option("--to", "target", type=FolderOrStore(), help="Parquet tables into a folder, or s3://BUCKET/PREFIX.")
@click.option("--single-file", type=Place(dir_okay=False), help="One self-contained DuckDB file.")
@click.option("--dataset", "data_set", type=Place(file_okay=False), help="A data set with its card, for the Hub.")
@click.option("--repository", metavar="OWNER/NAME", help="Where that will stand, for the examples of its card.")
@folder_options
def export(
    settings: Settings,
    target: Path | str | None,
    single_file: Path | None,
    data_set: Path | None,
    repository: str | None,
) -> None:
    """Export everything as Parquet, one file or a data set.

    Made for sharing: the snapshots are inside, and each is a copy that can be asked with --data-dir. A data set has
    charts, licences and metadata as well. A folder, or place in an S3-compatible store, that holds an export already
    gets what changed, and readers see the old one or the new one; the store and its keys are those of the usual AWS_
    variables (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, ...).

    \b
    Examples:
      tracker export --to ./export
      tracker export --to s3://BUCKET/hub-adoption
      tracker export --single-file hub-2026-11-21.duckdb
      tracker export --dataset ./data-set --repository OWNER/NAME
    """
    from tracker.api import operate

    if sum(place is not None for place in (target, single_file, data_set)) != 1:
        raise SettingsError("name one of --to PLACE, --single-file FILE and --dataset FOLDER")
    if repository is not None and data_set is None:
        raise SettingsError("--repository is for the card of a data set; name its folder with --dataset FOLDER")
    if data_set is None:
        for sentence in operate.left_out(settings):
            click.echo(sentence, err=True)
    if isinstance(target, Path):
        for path in operate.export_parquet(settings, target):
            click.echo(path)
    elif target is not None:
        for address in operate.export_objects(settings, target):
            click.echo(address)
    if single_file is not None:
        click.echo(operate.export_single_file(settings, single_file))
    if data_set is not None:
        for path in operate.export_data_set(settings, data_set, repository=repository or ""):
            click.echo(path)


@click.command("publish-dataset")
@click.argument("name", metavar="OWNER/NAME")
@click.option("--private/--public", "private", default=None, help="Who may see it [default: a new one is private].")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@output_options
@folder_options
def publish_dataset(settings: Settings, output: Output, name: str, private: bool | None, dry_run: bool) -> None:
    """Put the data set on the Hub: one commit, one tag a night.

    What `tracker export --dataset` writes, sent with the token that `hf auth login` keeps, or HF_TOKEN, to the Hub that
    HF_ENDPOINT names. Only files that changed are sent, and nothing at all where none did. The tag of a night is its
    day and never moves: what is restated has one of its own. What others wrote on the card is kept.

    \b
    Examples:
      tracker publish-dataset ann/hub-adoption --dry-run
      tracker share --data-dir hf://datasets/ann/hub-adoption@2026-11-21
      tracker publish-dataset ann/hub-adoption --public
    """
    from tracker.api import operate
    from tracker.cli.output import emit

    done = operate.publish_data_set(settings, name, private=private, is_dry=dry_run)
    emit(done.changes, output)
    for sentence in done.told if not output.quiet else ():
        click.echo(sentence, err=True)
