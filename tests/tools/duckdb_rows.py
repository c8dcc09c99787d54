"""Compares what DuckDB reads of the tables in a folder with a report and an answer in JSON, row by row. Prints what differs."""
import json
import sys
from collections import Counter

import duckdb

folder, report, access = sys.argv[1], *(json.load(open(path, encoding="utf-8")) for path in sys.argv[2:4])


def rows(table, columns):
    found = duckdb.sql(f"SELECT {', '.join(columns)} FROM read_parquet('{folder}/{table}.parquet')").fetchall()
    return [dict(zip(columns, row)) for row in found]


complete = {one["id"]: one["complete"] for one in access["accounts"]}


def of_access(row):
    via, principal, can = row["via"], row["principal"], row["access"]
    part = lambda name, field: via.get(name, {}).get(field)
    return {
        "account_id": row["account"], "principal_id": principal["id"], "principal_name": principal.get("name"),
        "principal_kind": principal.get("kind", "unknown"), "scope": row["scope"], "role_kind": row.get("kind"),
        "can_read": can["read"], "can_write": can["write"], "can_delete": can["delete"], "can_manage": can["manage"],
        "data_actions": row["data_actions"], "possibly": row["possibly"], "confidence": row["confidence"],
        "indirect": row["indirect"], "eligible": row["eligible"], "depends_on": row.get("depends_on", []),
        "via": via["type"], "group_id": part("group", "id"), "group_name": part("group", "name"), "role": via["role"],
        "role_definition": via["role_definition"], "role_assignment": via["role_assignment"],
        "with_role_assignment": via.get("with"), "azure_scope": via.get("at"), "bypass": via.get("bypass"),
        "identity_id": part("identity", "id"), "policy": row.get("policy"), "access_complete": complete[row["account"]],
    }


def of_finding(one):
    principal, reach = one["principal"] or {}, one.get("reach") or {}
    return {
        "key": one["fingerprint"], "check_id": one["check"], "severity": one["severity"], "confidence": one["confidence"],
        "state": one["state"], "title": one["title"], "message": one["message"], "account_id": one["account"],
        "concerned_accounts": reach.get("named") or [one["account"]] * (one["account"] is not None),
        "owner": one.get("owner"), "principal_id": principal.get("id"), "scope": one["scope"],
        "data_actions": one["data_actions"], "role": one["role"], "remedy": (one["remedy"] or {}).get("summary"),
    }


def of_account(one):
    fields = ["location", "api", "local_auth_disabled", "role_definitions", "role_assignments", "databases", "gaps", "not_checked"]
    return {"account_id": one["id"], "account": one["name"], "access_complete": complete[one["id"]], **{field: one[field] for field in fields}}


def of_unread(unread):
    for one in unread:
        for account in one["accounts"] or [None]:
            yield {"what": one["what"], "why": one["why"], "account_id": account}


def counted(rows):
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


failed = False
for table, expected in [
    ("access", list(map(of_access, access["rows"]))),
    ("findings", list(map(of_finding, report["findings"]))),
    ("accounts", list(map(of_account, report["accounts"]))),
    ("not_checked", list(of_unread(access["not_checked"]))),
]:
    found = rows(table, list(expected[0]) + ["source"] * (table == "not_checked"))
    if table == "not_checked":
        found = [row for row in found if row.pop("source") == "access"]
    for words, rest in [("only in the table", counted(found) - counted(expected)), ("missing", counted(expected) - counted(found))]:
        for row in rest:
            failed = True
            print(f"{table}: {words}: {row}")
run = rows("runs", ["verdict", "complete", "access_complete", "findings", "failing"])[0]
summary = report["summary"]
expected = {
    "verdict": summary["verdict"], "complete": report["snapshot"]["complete"], "access_complete": access["complete"],
    "findings": summary["findings"], "failing": summary["failing"],
}
if run != expected:
    failed = True
    print(f"runs: {run}, and not {expected}")
sys.exit(failed)
