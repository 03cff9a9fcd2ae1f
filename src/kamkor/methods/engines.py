"""The databases that count what is too much for memory: DuckDB, or Spark where it is installed.

Spark runs on this machine unless KAMKOR_SPARK_MASTER names a cluster, whose workers need the same packages.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kamkor.methods.indicator_queries import DUCKDB, SPARK, Engine, Source, named

ENGINES = {"duckdb": "duckdb", "spark": "pyspark"}  # and the package of each
MENDS = {"duckdb": "make science", "spark": "make spark"}
MEMORY = "3GB"  # what is more goes to the disk
MASTER, HERE = "KAMKOR_SPARK_MASTER", "local[*]"
QUIET = {
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
    "spark.sql.parser.escapedStringLiterals": "true",  # a backslash is a backslash, as in DuckDB
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
ALONE = {  # nobody else is asked, and few rows need few parts
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
KINDS = (".parquet", ".csv")
CODE = re.compile(r"[a-z][a-z0-9_]*")


class EngineProblem(Exception):
    """What is missing, and how it is mended."""


@contextmanager
def sources(folder: Path, engine: str = "duckdb") -> Iterator[dict[str, Source]]:
    """The tables of a folder by the names of their files: `presumed.parquet`, `contacts.csv`."""
    files = {file.stem: file for file in sorted(folder.iterdir()) if file.suffix in KINDS}
    if not files:
        raise EngineProblem(f"{folder}: there is no .parquet or .csv file, one for each source of rows.")
    if wrong := [name for name in files if not CODE.fullmatch(name)]:
        raise EngineProblem(f"{wrong[0]}: a file is named like its source, as in presumed.parquet.")
    need(engine)
    opened = _duckdb if engine == "duckdb" else _spark
    with opened(files) as found:
        yield found


def need(engine: str) -> None:
    """Say how it is had where it is not here."""
    if not find_spec(ENGINES[engine]):
        raise EngineProblem(f"{ENGINES[engine]} is not installed. Mend: {MENDS[engine]}")
    if engine == "spark" and not ("JAVA_HOME" in os.environ or shutil.which("java")):
        raise EngineProblem("Spark needs Java 17 or newer. Mend: apt-get install openjdk-17-jre-headless")


@contextmanager
def _duckdb(files: dict[str, Path]) -> Iterator[dict[str, Source]]:
    import duckdb

    with tempfile.TemporaryDirectory() as room:
        connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": room})
        try:
            engine = Engine(lambda query: connection.execute(query).fetchall(), *DUCKDB)
            for name, file in files.items():
                if file.suffix == ".parquet":
                    connection.read_parquet(str(file)).create_view(name)
                else:
                    connection.read_csv(str(file), header=True, dtype={"on": "VARCHAR"}).create_view(name)
            yield {name: Source(engine, name, _columns(engine, name)) for name in files}
        finally:
            connection.close()


@contextmanager
def spark() -> Iterator[Any]:  # pyspark is not always there to tell its types
    """A session of Spark, on this machine or where KAMKOR_SPARK_MASTER says."""
    need("spark")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    master = os.environ.get(MASTER) or HERE
    alone = ALONE if master.startswith("local") else {}
    if alone:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = import_module("pyspark.sql").SparkSession.builder.appName("kamkor").master(master)
    for name, value in (QUIET | alone).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as problem:  # its own kinds of failure come from Java
        raise EngineProblem(f"Spark did not start at {master}. Mend: see {MASTER}, and Java.") from problem
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def _spark(files: dict[str, Path]) -> Iterator[dict[str, Source]]:
    with spark() as session:
        engine = Engine(lambda query: session.sql(query).collect(), *SPARK)
        for name, file in files.items():
            reader = session.read.option("header", True).option("inferSchema", True)
            table = reader.csv(str(file)) if file.suffix == ".csv" else session.read.parquet(str(file))
            if "on" in table.columns:
                table = table.withColumn("on", table["on"].cast("string"))
            table.createOrReplaceTempView(name)
        yield {name: Source(engine, name, frozenset(session.table(name).columns)) for name in files}


def counted_by_spark(file: Path, delimiter: str, header: Sequence[str], names: Sequence[str]) -> Any:
    """The different rows of a CSV file in these columns, as a table of Arrow; how often each stands there is
    the last column. A row that is longer or shorter than the heading is a problem."""
    with spark() as session:
        columns = ", ".join(f"{named(name, '`')} STRING" for name in header)
        reader = session.read.schema(columns).option("header", True).option("mode", "FAILFAST")
        for option, value in {
            "sep": delimiter,
            "quote": '"',
            "escape": '"',
            "columnPruning": "false",
        }.items():
            reader = reader.option(option, value)
        reader.csv(str(file.resolve())).createOrReplaceTempView("records")
        wanted = ", ".join(named(name, "`") for name in names)
        query = f"SELECT {wanted}, COUNT(*) FROM records GROUP BY {wanted} ORDER BY {wanted}"  # noqa: S608
        try:
            return session.sql(query).toArrow()
        except Exception as problem:  # its own kinds of failure come from Java
            raise EngineProblem(
                "Spark could not read the file. Without --engine spark the row is named."
            ) from problem


def _columns(engine: Engine, table: str) -> frozenset[str]:
    return frozenset(row[0] for row in engine.ask(f"DESCRIBE {table}"))
