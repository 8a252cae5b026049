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

    The query reads no other files, no network and no settings. It is killed when --timeout or memory_limit is
    exceeded.

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
@click.option("--timeout", type=click.FloatRange(min=0.1), default=3600.0, show_default=True, help="Seconds.")
@output_options
@asking_options
def spark_sql(asked: Asked, output: Output, sql: str | None, source: str | None, master: str, timeout: float) -> None:
    """Run one query on the published copy, with Spark.

    The SQL is passed to Spark unchanged; tables and views are those of `tracker schema`. Needs the extra `spark` and
    Java 17. Spark reads the files that the copy names, so a cluster must see them under the same paths. The
    query is stopped after --timeout.

    \b
    Examples:
      tracker spark-sql "select family, count(*) as models from lineage group by all order by all"
      tracker spark-sql -f question.sql --master spark://host:7077 --data-dir /mnt/export
    """
    from tracker.cli.output import emit

    text = sql or ("" if source is None and sys.stdin.isatty() else given_text(source or "-"))
    if not text.strip():
        raise SettingsError('no SQL given; for example `tracker spark-sql "select * from runs"`')
    with replace(asked, spark=master).open(timeout=timeout) as copy:
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
@click.option(
    "--repository", metavar="OWNER/NAME", help="Place of the data set on the Hub, for the examples of its card."
)
@folder_options
def export(
    settings: Settings,
    target: Path | str | None,
    single_file: Path | None,
    data_set: Path | None,
    repository: str | None,
) -> None:
    """Export everything as Parquet, one file or a data set.

    Snapshots are included, and each form can be asked with --data-dir. A data set has charts, licences and metadata
    as well. A folder, or a place in an S3-compatible store, that holds an export already receives only the changes,
    and readers see the old state or the new one. The store and its keys are given by the usual AWS_ variables
    (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, ...).

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

    Uploads what `tracker export --dataset` writes to the Hub that HF_ENDPOINT names, with the token of `hf auth
    login` or HF_TOKEN. Only changed files are sent, and nothing if none changed. The tag of a night is its day and
    never moves; a restated night gets a tag of its own. Text that others wrote on the card is kept.

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
