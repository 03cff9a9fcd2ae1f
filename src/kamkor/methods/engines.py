"""The databases that count what is too much for memory: DuckDB, or Spark where it is installed."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kamkor.methods.indicator_queries import DUCKDB, SPARK, Engine, Source

ENGINES = {"duckdb": "duckdb", "spark": "pyspark"}  # and the package of each
MEMORY = "3GB"  # what is more goes to the disk
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
    if not find_spec(ENGINES[engine]):
        mend = (
            "make science" if engine == "duckdb" else "install pyspark and Java; it is not among our packages"
        )
        raise EngineProblem(f"{ENGINES[engine]} is not installed. Mend: {mend}")
    opened = _duckdb if engine == "duckdb" else _spark
    with opened(files) as found:
        yield found


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
def _spark(files: dict[str, Path]) -> Iterator[dict[str, Source]]:
    session: Any = import_module("pyspark.sql").SparkSession.builder.appName("kamkor").getOrCreate()
    try:
        engine = Engine(lambda query: session.sql(query).collect(), *SPARK)
        for name, file in files.items():
            reader = session.read.option("header", True).option("inferSchema", True)
            table = reader.csv(str(file)) if file.suffix == ".csv" else session.read.parquet(str(file))
            if "on" in table.columns:
                table = table.withColumn("on", table["on"].cast("string"))
            table.createOrReplaceTempView(name)
        yield {name: Source(engine, name, frozenset(session.table(name).columns)) for name in files}
    finally:
        session.stop()


def _columns(engine: Engine, table: str) -> frozenset[str]:
    return frozenset(row[0] for row in engine.ask(f"DESCRIBE {table}"))
