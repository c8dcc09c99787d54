#!/bin/sh
# One night: a scan, an audit of it, and its reports. cosmos-rbac.service runs it; any scheduler with a shell can.
#
# The exit code is 0 only if this night's scan was complete and its audit passed:
#   1  findings that are neither known nor waived
#   2  an error: the sign-in, the policy, the disk. There is no report
#   3  something couldn't be read, or the scan was interrupted: run it again on the same day to resume it
#   4  no account was found
# More than 128: a signal ended the scan or the audit. That is resumed, too.
set -eu
# Snapshots and reports name principals and what they can do.
umask 077

# systemd sets both folders. policy.yaml is in the first, and accepted.json once somebody has reviewed a report.
config=${CONFIGURATION_DIRECTORY:-/etc/cosmos-rbac}
state=${STATE_DIRECTORY:-/var/lib/cosmos-rbac}
# The identity of the machine, and no other: another one can see less. docs/permissions.md lists them all.
credential=${COSMOS_RBAC_CREDENTIAL:-managed-identity}

# Each night has names of its own, so no other night's scan or report can be taken for this one's.
night=$(date -u +%F)
snapshot=$state/snapshots/$night.jsonl.zst
reports=$state/reports/$night

# `latest` leads to this night's report or nowhere. A second run on the same day starts without the first one's.
mkdir -p "$state/snapshots" "$state/reports"
rm -rf "$state/latest" "$reports"

red() {
  echo "Red ($1): $2" >&2
  exit "$1"
}

# --resume: after a crash, what was read on this day isn't read again.
# --allow-incomplete: what couldn't be read is for the audit to report. An interrupted scan still fails here.
code=0
cosmos-rbac scan --all-subscriptions --credential "$credential" --quiet --resume --allow-incomplete \
  -o "$snapshot" || code=$?
[ "$code" -ne 4 ] || red 4 "no account was found. Check the role of the identity."
[ "$code" -eq 0 ] || red "$code" "the scan of $night isn't complete, and nothing was audited."

# Known findings are those of one reviewed report. Never use the report of last night: then each new finding is red for one
# night only. Without the file every finding is new.
set --
if [ -e "$config/accepted.json" ]; then
  set -- --baseline "$config/accepted.json"
fi

# --max-age: a scan that is resumed keeps the time of its beginning. If yours takes longer than 12 hours, say so here.
# The table goes to the journal.
code=0
cosmos-rbac audit --snapshot "$snapshot" --policy "$config/policy.yaml" --max-age 12h "$@" --format table \
  -o "html=$reports/report.html" -o "json=$reports/report.json" || code=$?
if [ -e "$reports/report.html" ]; then
  ln -s "reports/$night" "$state/latest"
fi

# A month of nights, for `cosmos-rbac diff`.
find "$state/snapshots" "$state/reports" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} +

case "$code" in
  0) echo "Green: the audit of $night passed." >&2 ;;
  1) red 1 "there are findings that are neither known nor waived." ;;
  3) red 3 "something couldn't be read. Nothing is known to be wrong." ;;
  *) red "$code" "the audit failed." ;;
esac
