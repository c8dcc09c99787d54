// The page of findings: filters, the list, and the finding that is open.

function findingsPage() {
  const filters = findingFilters();
  const open = (i) => changed({ open: fingerprint(i) });
  const table = new VirtualTable({
    label: "Findings",
    className: "findings-table",
    onOpen: (i) => go(open(i)),
    columns: [
      {
        key: "severity",
        label: "Severity",
        sort: true,
        falling: true,
        fill: (cell, i) => {
          cell.append(severityLabel(severityOf(i)));
          if (!doesCount(i)) cell.append(el("span", { class: "tag" }, data.states[findings.state[i]]));
          if (findings.possible[i]) cell.append(el("span", { class: "tag" }, "possible"));
        },
      },
      {
        key: "message",
        label: "Finding",
        fill: (cell, i) => cell.append(el("a", { class: "row-link", href: open(i) }, el("span", { class: "clamp" }, rich(message(i))))),
      },
      { key: "check", label: "Check", sort: true, fill: (cell, i) => cell.append(checkOf(i).id) },
      { key: "account", label: "Account", sort: true, fill: (cell, i) => cell.append(findings.account[i] >= 0 ? accountName(findings.account[i]) : findings.reach[i] >= 0 ? count(reach(findings.reach[i]).number, "account", "accounts") : "") },
      { key: "principal", label: "Principal", sort: true, fill: (cell, i) => cell.append(findings.principal[i] < 0 ? "" : principalName(findings.principal[i])) },
    ],
  });
  const close = () => {
    go(changed({ open: "" }));
    table.focus(table.active);
  };
  const panel = new Panel({ label: "Finding", onClose: close });
  const empty = el("p", { class: "empty" }, findingCount === 0 ? "There are no findings." : "No finding matches the filters.");
  const split = el("div", { class: "split" }, el("div", { class: "list" }, table.node, empty), panel.node);
  const node = el("div", { class: "page" }, filters.node, split);
  let filtered = null;
  let revealed = null;

  // Only what changed is done anew: opening a finding neither filters nor sorts.
  const show = (query) => {
    filters.update(query);
    const sort = query.get("sort") || "severity";
    const key = [...FILTERS.map((name) => query.get(name) ?? ""), sort].join("\n");
    if (key !== filtered) {
      const first = filtered === null;
      filtered = key;
      const left = sortFindings(filterFindings(query), sort);
      table.active = 0;
      table.show(left, sort);
      const told = left.length === findingCount ? count(findingCount, "finding", "findings") : `${number(left.length)} of ${count(findingCount, "finding", "findings")}`;
      filters.status.textContent = told;
      if (!first) announce(told);
      table.node.hidden = left.length === 0;
      empty.hidden = left.length > 0;
    } else {
      table.draw();
    }
    const wanted = query.get("open");
    const opened = wanted ? findingByFingerprint(wanted) : -1;
    table.select(opened);
    if (wanted) {
      showFinding(panel, opened, table);
      const place = table.items.indexOf(opened);
      // Filters may move it out of sight: who filters wants to see the list.
      if (place >= 0 && wanted !== revealed) table.reveal(place);
    } else {
      panel.hide();
    }
    revealed = wanted;
    split.classList.toggle("opened", Boolean(wanted));
    table.draw();
  };
  return { title: "Findings", node, show, search: filters.search, items: () => table.items };
}
