"""An extract as files: CSV by RFC 4180, alone or all in a ZIP.

UTF-8 without a byte order mark: what is in the cells is codes, ids and dates, so a spreadsheet
needs none, and a submission tool would take it for part of the first column's name.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from services.referrals.policy.mhsds.tables import REPORT, TABLES, Extract, Row, TableName

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate instead of showing it."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same facts make the same file, byte for byte."""


def as_csv(made: Extract, table: TableName | str) -> bytes:
    """One table, or the `validation` report, with a row of headings."""
    if table == "validation":
        return _csv(REPORT, made.report())
    name: TableName = next(each for each in TABLES if each == table)
    return _csv(TABLES[name][1], made.rows[name])


def as_zip(made: Extract) -> bytes:
    """Every table under its name in the data set, and the report."""
    files = {f"{TABLES[table][0]}.csv": as_csv(made, table) for table in TABLES}
    files["validation.csv"] = as_csv(made, "validation")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(row[column]) for column in columns] for row in rows)
    return text.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
