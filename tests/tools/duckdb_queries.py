"""Runs the SQL of a page over the tables in the folder `tables`, and prints the page with the answers that there are."""
import re
import sys

import duckdb


def shown(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(shown, value)) if isinstance(value, list) else str(value)


def answer(relation):
    rows = [relation.columns] + [[shown(value) for value in row] for row in relation.fetchall()]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "```text\n" + "\n".join(lines) + "\n```\n"


def run(block):
    result = database.sql(block[1])
    # What makes views has no answer.
    found = answer(result) if "SELECT" in block[1] and "CREATE" not in block[1] else ""
    return "```sql\n" + block[1] + "```\n" + ("\n" + found if found else "")


database = duckdb.connect()
with open(sys.argv[1], encoding="utf-8") as file:
    page = file.read()
sys.stdout.write(re.sub(r"```sql\n(.*?)```\n(\n```text\n.*?```\n)?", run, page, flags=re.DOTALL))
