"""Reads OCSF events, one a line, with the models of py-ocsf-models: ocsf.py FILE.

Prints how many there are, and which attributes the models drop. What they refuse goes to standard error.
"""

import json
import sys

from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.cloud import Cloud

# "Azure Subscription" in OCSF 1.5.0; the models know the account types of 1.0 only.
AZURE_SUBSCRIPTION = 13
OTHER = 99


def lost(written, read, path=""):
    """The attributes of `written` that `read` lacks or changes."""
    if isinstance(written, dict) and isinstance(read, dict):
        for key, value in written.items():
            inner = f"{path}.{key}" if path else key
            if key in read:
                yield from lost(value, read[key], inner)
            else:
                yield inner
    elif isinstance(written, list) and isinstance(read, list) and len(written) == len(read):
        for one, other in zip(written, read):
            yield from lost(one, other, path)
    elif written != read:
        yield path


events = 0
dropped = set()
# Python takes more characters for the end of a line than JSON Lines does.
with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
    for number, line in enumerate(file, start=1):
        event = json.loads(line)
        try:
            model = ComplianceFinding.model_validate(event)
            cloud = json.loads(json.dumps(event["cloud"]))
            if cloud.get("account", {}).get("type_id") == AZURE_SUBSCRIPTION:
                cloud["account"]["type_id"] = OTHER
            cloud_model = Cloud.model_validate(cloud)
        except ValueError as error:
            sys.exit(f"line {number}: {error}")
        if (event["class_uid"], event["category_uid"]) != (2003, 2):
            sys.exit(f"line {number}: another class")
        if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            sys.exit(f"line {number}: another type")
        dropped.update(lost(event, model.model_dump(mode="json", exclude_unset=True)))
        inner = lost(cloud, cloud_model.model_dump(mode="json", exclude_unset=True))
        dropped.update(f"cloud.{name}" for name in inner)
        events += 1
print(json.dumps({"events": events, "lost": sorted(dropped)}))
