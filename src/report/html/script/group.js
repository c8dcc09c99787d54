// Findings in groups: by cause, check, account, principal or owner. A group that has one finding by nature is shown as that finding.

// More findings than this are grouped by check, and the groups are closed.
const FEW = 200;
// Findings of a group that are shown at once, and how many it has to have for some to be left out.
const FIRST = 10;
const LONG = 20;

const GROUPINGS = { cause: "Group by cause", check: "Group by check", account: "Group by account", principal: "Group by principal", owner: "Group by owner", none: "No groups" };

const causeOf = (() => {
  const of = new Int32Array(findingCount).fill(-1);
  data.causes.forEach((cause, place) => cause.findings.forEach((i) => (of[i] = place)));
  return (i) => of[i];
})();
const causePlace = (id) => data.causes.findIndex((cause) => text(cause.id) === id);

function groupingOf(query) {
  const wanted = query.get("group");
  if (wanted === "owner" && !ownerNames.length) return groupingOf(new URLSearchParams([...query].filter(([key]) => key !== "group")));
  if (query.get("cause") && data.causes.length) return "cause";
  if (Object.hasOwn(GROUPINGS, wanted ?? "") && (wanted !== "cause" || data.causes.length)) return wanted;
  if (!data.causes.length) return findingCount > FEW ? "check" : "none";
  return stateCounts[stateOf(query)] > FEW ? "check" : "cause";
}

// What a group is called, and what stands below that.
const GROUP_OF = {
  cause: { key: causeOf, name: (place) => text(data.causes[place].title), more: (place) => text(data.causes[place].remedy) || text(data.causes[place].detail) },
  check: { key: (i) => findings.check[i], name: (place) => titleCase(data.checks[place].summary), more: (place) => data.checks[place].id },
  account: {
    key: (i) => findings.account[i],
    name: (place) => (place < 0 ? "Several accounts or the whole tenant" : accountName(place)),
    more: (place) => (place < 0 ? "" : `${text(accounts.group[place])} · ${subscriptionName(place)}`),
  },
  owner: { key: (i) => findings.owner[i], name: (place) => (place < 0 ? "No owner" : text(place)), more: () => "" },
  principal: { key: (i) => findings.principal[i], name: (place) => (place < 0 ? "No single principal" : principalTitle(place)), more: (place) => (place < 0 ? "" : [principalKind(place), shortId(principalId(place))].filter(Boolean).join(" · ")) },
};

// The worst first, and otherwise as they are.
function worstFirst(items) {
  const byRank = severities.map(() => []);
  for (const i of items) byRank[findings.severity[i]].push(i);
  return byRank.reverse().flat();
}

// The groups of findings, the worst first.
function grouped(items, grouping) {
  const sorted = worstFirst(items);
  if (grouping === "none") return [{ key: "all", single: true, items: sorted }];
  const { key, name, more } = GROUP_OF[grouping];
  const byKey = new Map();
  for (const i of sorted) {
    const place = key(i);
    if (!byKey.has(place)) byKey.set(place, { key: `${grouping} ${place}`, place, items: [], counts: severities.map(() => 0) });
    const group = byKey.get(place);
    group.items.push(i);
    group.counts[findings.severity[i]]++;
  }
  const groups = [...byKey.values()];
  for (const group of groups) {
    group.single = grouping === "cause" && (group.place < 0 || data.causes[group.place].findings.length === 1);
    group.name = group.place < 0 && grouping === "cause" ? "" : name(group.place);
    group.more = group.place < 0 && grouping === "cause" ? "" : more(group.place);
  }
  // Findings come worst first, so the groups of the worst do; causes keep the order in which they should be fixed.
  if (grouping === "cause") groups.sort((a, b) => findings.severity[b.items[0]] - findings.severity[a.items[0]] || a.place - b.place);
  else groups.sort((a, b) => findings.severity[b.items[0]] - findings.severity[a.items[0]] || b.items.length - a.items.length);
  return groups;
}

// The lines of the list: headers, findings, and how many more there are.
function linesOf(groups, { isOpen, isWhole }) {
  const lines = [];
  for (const group of groups) {
    if (group.single) {
      for (const i of group.items) lines.push({ kind: "single", i });
      continue;
    }
    const open = isOpen(group);
    lines.push({ kind: "group", group, open });
    if (!open) continue;
    const some = group.items.length > LONG && !isWhole(group) ? FIRST : group.items.length;
    for (let at = 0; at < some; at++) lines.push({ kind: "child", i: group.items[at] });
    if (some < group.items.length) lines.push({ kind: "more", group, number: group.items.length - some });
  }
  return lines;
}

// Through what a principal can do what the finding says, in a few words.
function through(i) {
  const seen = findings.witness[i] < 0 ? null : data.witnesses[findings.witness[i]];
  const role = seen && seen[6] >= 0 ? text(seen[6]) : "";
  const where = seen && seen[3] >= 0 ? azurePlace(text(seen[3])) : findings.scope[i] >= 0 ? text(findings.scope[i]) : "";
  if (role) return [role, where === "/" ? "whole account" : where].filter(Boolean).join(" · ");
  if (findings.account[i] >= 0) return [accountName(findings.account[i]), where === "/" ? "" : where].filter(Boolean).join(" · ");
  const reached = findings.reach[i] < 0 ? null : reach(findings.reach[i]);
  // A group has no scope.
  if (reached?.scope) return azurePlace(reached.scope);
  return policyPlace(findings.policy[i]).replace(/:\d+$/, "");
}

// A scope of Azure RBAC as people call it.
function azurePlace(scope) {
  const parts = scope.split("/").filter(Boolean);
  const lower = parts.map((part) => part.toLowerCase());
  if (parts.length === 0) return "tenant root /";
  if (lower[0] === "providers" && lower[2] === "managementgroups") return `management group ${parts[3] ?? ""}`;
  if (lower[0] !== "subscriptions") return scope;
  if (parts.length === 2) return `subscription ${subscriptionNames.get(lower[1]) || shortId(parts[1])}`;
  if (parts.length === 4 && lower[2] === "resourcegroups") return `resource group ${parts[3]}`;
  return parts.at(-1);
}
