"""Reads CSV as Python's own module does and prints its rows as JSON."""
import csv
import json
import sys

csv.field_size_limit(1 << 30)
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.reader(file, strict=True))
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    # A spreadsheet of another country separates by semicolons: what comes loose then may be no formula either.
    loose = [cell for row in csv.reader(file, delimiter=";") for cell in row]
json.dump({"rows": rows, "loose": loose}, sys.stdout)
