// The page of checks: what was looked for, what was found, and where it couldn't be looked for.

const GROUP_TITLES = { "drift from the policy": "Deviations from the policy", hygiene: "Hygiene", "ways round the data plane": "Bypasses", bypasses: "Bypasses", coverage: "Coverage" };

// Where a check couldn't pass: the accounts, or that they aren't known.
function uncheckedIn(check) {
  const rows = check.not_run.map((place) => data.not_checked[place]);
  if (rows.some(([, , where]) => !where)) return chip("Not everywhere", true);
  const places = [...new Set(rows.flatMap(([, , where]) => where))];
  if (places.length === 0) return "";
  return places.length === 1 ? chip(accountName(places[0]), true) : chip(count(places.length, "account", "accounts"), true);
}

function checksPage() {
  const counts = new Map();
  const worst = new Map();
  for (let i = 0; i < findingCount; i++) {
    if (!doesCount(i)) continue;
    const check = findings.check[i];
    counts.set(check, (counts.get(check) ?? 0) + 1);
    worst.set(check, Math.max(worst.get(check) ?? 0, findings.severity[i]));
  }
  const rows = data.checks.map((check, place) => ({ check, found: counts.get(place) ?? 0, severity: severities[worst.get(place)] ?? check.severity }));
  const ran = rows.filter(({ check }) => check.severity);
  const rank = ({ found, severity }) => (found ? 10 : 0) + severities.indexOf(severity);
  ran.sort((a, b) => rank(b) - rank(a) || b.found - a.found);
  const off = rows.length - ran.length;
  const row = ({ check, found, severity }) =>
    el(
      "tr",
      { id: `check-${check.id}` },
      el("td", {}, el("span", { class: `state sev-${severity}` }, icon(severity), titleCase(severity))),
      el("th", { scope: "row" }, titleCase(check.summary), el("small", { class: "mono" }, check.id), el("details", { class: "why" }, el("summary", { class: "link small" }, "Why, and how to fix it"), el("p", { class: "small sub" }, sentence(check.why)), el("p", { class: "small sub" }, sentence(check.fix)))),
      el("td", { "data-label": "Group" }, GROUP_TITLES[check.group] ?? titleCase(check.group)),
      el("td", { "data-label": "Findings" }, found ? el("a", { class: "link", href: address("findings", { check: check.id }) }, number(found)) : el("span", { class: "dim" }, uncheckedIn(check) ? "–" : "0")),
      el("td", { "data-label": "Not checked in" }, uncheckedIn(check)),
    );
  const head = [["Severity", "sev-col"], ["Check", "check-col"], ["Group", "group-col"], ["Findings", "found-col"], ["Not checked in", "unchecked-col"]];
  const table = el("table", { class: "checks-table", "aria-label": "Checks" }, el("thead", {}, el("tr", {}, head.map(([name, className]) => el("th", { scope: "col", class: className }, name)))), el("tbody", {}, ran.map(row)));
  const note = `Severity is the highest among the findings of this audit, or the check's own.${off ? ` The policy turns ${count(off, "check", "checks")} off.` : ""}`;
  const node = el("div", { class: "page wrap", role: "region", "aria-label": "Checks" }, el("div", { class: "page-h" }, el("h1", {}, count(ran.length, "check", "checks")), el("p", {}, note), unreadLine()), el("div", { class: "tbl" }, table));
  const show = (query) => {
    const wanted = query.get("check");
    const at = wanted && ran.findIndex(({ check }) => check.id === wanted);
    const target = wanted && at >= 0 ? table.tBodies[0].rows[at] : null;
    if (!target) return;
    target.querySelector("details").open = true;
    target.scrollIntoView({ block: "center" });
    target.querySelector("summary").focus({ preventScroll: true });
  };
  return { title: "Checks", node, show };
}
