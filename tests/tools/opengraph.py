"""Reads a graph with bhopengraph, and asks it in Cypher: opengraph.py GRAPH ACCESS PAGE.

ACCESS is the answer of `access -f json` about the same tenant: who can do what there is who has a path in the graph. The queries of PAGE are
run, and each has to find something. Prints what is wrong.
"""
import json
import re
import sys

import ocg
from bhopengraph.OpenGraph import OpenGraph

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    access = json.load(file)
with open(sys.argv[3], encoding="utf-8") as file:
    page = file.read()
nodes, edges = document["graph"]["nodes"], document["graph"]["edges"]
wrong = []

# What it can't read, it leaves out.
read = OpenGraph()
if not read.import_from_dict(document) or (len(read.nodes), len(read.edges)) != (len(nodes), len(edges)):
    sys.exit("bhopengraph can't read all of it")
wrong += read.validate_graph()[1]


def literal(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, str):
        return "'" + re.sub(r"([\\'])", r"\\\1", value).replace("\n", "\\n").replace("\r", "\\r") + "'"
    return repr(value)


def properties(own):
    return "{" + ", ".join(f"`{name}`: {literal(value)}" for name, value in own.items()) + "}"


# As BloodHound stores it: `id` is `objectid`, and `name` in upper case.
graph = ocg.Graph()
for node in nodes:
    own = {**node["properties"], "objectid": node["id"]}
    own.update({"name": own["name"].upper()} if "name" in own else {})
    graph.execute(f"CREATE (:{':'.join(node['kinds'])} {properties(own)})")
for edge in edges:
    start, end = (literal(edge[end]["value"]) for end in ("start", "end"))
    kind, own = edge["kind"], properties(edge["properties"])
    graph.execute(f"MATCH (a {{objectid: {start}}}), (b {{objectid: {end}}}) CREATE (a)-[:{kind} {own}]->(b)")

for verb in ("read", "write", "delete", "manage"):
    found = graph.execute(
        "MATCH (who:CosmosRbac_Principal)-[:CosmosRbac_MemberOf*0..1]->(:CosmosRbac_Principal)"
        f"-[:CosmosRbac_Can{verb.capitalize()}]->(at)"
        " RETURN DISTINCT who.principal_id AS who, at.account_id AS account, at.scope AS scope"
    )
    found = {(row["who"], row["account"], row["scope"]) for row in found}
    rows = [row for row in access["rows"] if row["access"][verb] != "no"]
    said = {(row["principal"]["id"], row["account"], row["scope"]) for row in rows}
    if verb != "manage":
        said |= {("anyone", account["id"], "/") for account in access["accounts"] if account.get("anyone_can")}
    wrong += [f"{verb}: the graph has {row}, and `access` hasn't" for row in sorted(found - said)]
    wrong += [f"{verb}: `access` has {row}, and the graph hasn't" for row in sorted(said - found)]
    if not found:
        wrong.append(f"nobody can {verb}")

queries = [part.split("```")[0] for part in page.split("```cypher\n")[1:]]
for query in queries:
    if not graph.execute(query):
        wrong.append(f"nothing is found by {query}")
for one in wrong:
    print(one)
sys.exit(1 if wrong or len(queries) < 12 else 0)
