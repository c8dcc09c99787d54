"""Runs the SQL of a page over the tables in the folder `tables`, and prints the page with the answers that there are. Each query must put all
of its rows in an order: of rows that are left in none, an engine returns now one, now the other first."""
import re
import sys

import duckdb


def shown(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(shown, value)) if isinstance(value, list) else str(value)


def answer(query):
    relation = database.sql(query)
    rows = [relation.columns] + [[shown(value) for value in row] for row in relation.fetchall()]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "```text\n" + "\n".join(lines) + "\n```\n"


def run(block):
    query = block[1]
    # What makes views has no answer.
    if "SELECT" not in query or "CREATE" in query:
        database.sql(query)
        return "```sql\n" + query + "```\n"
    found = answer(query)
    # The last thing to order by is chance: it tells rows that tie.
    shuffled = query.rstrip().removesuffix(";") + ", random()"
    if any(answer(shuffled) != found for _ in range(8)):
        sys.exit(f"rows tie in the order of this query:\n{query}")
    return "```sql\n" + query + "```\n\n" + found


database = duckdb.connect()
# Chance, but the same at each run.
database.sql("SET threads = 1; SELECT setseed(0.5)").fetchall()
with open(sys.argv[1], encoding="utf-8") as file:
    page = file.read()
sys.stdout.write(re.sub(r"```sql\n(.*?)```\n(\n```text\n.*?```\n)?", run, page, flags=re.DOTALL))
