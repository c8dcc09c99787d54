// The page of findings: tools, the list in groups, and the finding that is open.

const openOf = (i) => changed({ open: fingerprint(i), cause: "" });

function findingRow(kind, i) {
  const severity = severityOf(i);
  return el(
    "a",
    { class: `row ${kind}`, href: openOf(i), "data-finding": fingerprint(i) },
    severityIcon(severity),
    el("span", { class: "t" }, el("span", {}, titleOf(i)), findings.possible[i] ? chip("Possible", true) : null),
    el("span", { class: "thr" }, through(i)),
    el("span", { class: "chk" }, checkOf(i).id),
  );
}

// A cause is fixed by what a sentence says; other groups have a name below theirs.
const groupWords = (group) => (group.key.startsWith("cause") ? sentence(group.more) : group.more);

function groupHeader({ group, open }, toggle) {
  return el(
    "button",
    { type: "button", class: "grp", "aria-expanded": String(open), "data-group": group.key, onclick: () => toggle(group) },
    severityIcon(severityOf(group.items[0])),
    el("span", {}, el("span", { class: "t" }, group.name), group.more ? el("span", { class: "fix" }, groupWords(group)) : null),
    severityCounts(group.counts),
    el("span", { class: "chev" }),
  );
}

const fixedRow = (one) =>
  el(
    "div",
    { class: "row single" },
    severityIcon(severities[one.severity]),
    el("span", { class: "t" }, el("span", {}, text(one.title) || rich(text(one.message)))),
    el("span", { class: "thr" }, text(one.account)),
    el("span", { class: "chk" }, text(one.check)),
  );

function findingsPage() {
  const tools = findingTools();
  const status = el("p", { class: "list-status" });
  const list = el("div", { class: "list", role: "group", "aria-label": "Findings" });
  const empty = el("p", { class: "empty" });
  const opened = new Map();
  const whole = new Set();
  let groups = [];
  let lines = [];
  let order = [];
  let total = 0;
  const isOpen = (group) => opened.get(group.key) ?? total <= FEW;
  const isWhole = (group) => whole.has(group.key);
  const toggle = (group) => {
    opened.set(group.key, !isOpen(group));
    refill(lines.findIndex((line) => line.group === group && line.kind === "group"));
  };
  const row = (place) => {
    const line = lines[place];
    if (line.kind === "fixed") return fixedRow(line.one);
    if (line.kind === "group") return groupHeader(line, toggle);
    if (line.kind !== "more") return mark(findingRow(line.kind, line.i));
    const more = () => {
      whole.add(line.group.key);
      refill(place);
    };
    return el("button", { type: "button", class: "more-row", onclick: more }, `${number(line.number)} more`);
  };
  const blocks = new Blocks(list, { row, height: 37 });
  // The same place has the focus afterwards.
  const refill = (place = -1) => {
    const scrolled = scrollY;
    lines = linesOf(groups, { isOpen, isWhole });
    blocks.show(lines.length, Math.max(0, place));
    scrollTo(0, scrolled);
    if (place >= 0) blocks.activate(place)?.focus({ preventScroll: true });
  };
  let selected = "";
  const mark = (node) => {
    if (node.dataset.finding === selected) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
    return node;
  };
  const placeOf = (i) => lines.findIndex((line) => line.i === i);
  // Opens the group that a finding is in, as far as it has to be.
  const unfoldTo = (i) => {
    if (placeOf(i) >= 0) return;
    const group = groups.find((one) => !one.single && one.items.includes(i));
    if (!group) return;
    opened.set(group.key, true);
    if (group.items.indexOf(i) >= FIRST) whole.add(group.key);
    refill();
  };
  let last = -1;
  const close = () => {
    go(changed({ open: "" }));
    const place = placeOf(last);
    if (place >= 0) blocks.focus(place);
  };
  const panel = new Panel({ label: "Finding", onClose: close });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a.row");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  const node = el("div", { class: "page wrap", "aria-label": "Findings", role: "region" }, tools.node, status, list, empty, panel.node);
  // Where there never was anything to find, there is nothing to filter.
  const isEmpty = STATES.every((state) => stateCounts[state] === 0);
  tools.node.hidden = isEmpty;
  let filtered = null;
  let revealed = null;

  // Only what changed is done anew: opening a finding neither filters nor groups.
  const show = (query) => {
    tools.update(query);
    const grouping = groupingOf(query);
    const state = stateOf(query);
    const key = [...FILTERS.map((name) => query.get(name) ?? ""), state, grouping].join("\n");
    if (key !== filtered) {
      const first = filtered === null;
      filtered = key;
      if (state === "fixed") {
        const left = filterFixed(query);
        total = left.length;
        order = [];
        groups = [];
        lines = left.map((one) => ({ kind: "fixed", one }));
      } else {
        const left = filterFindings(query);
        total = left.length;
        groups = grouped(left, grouping);
        order = groups.flatMap((group) => group.items);
        lines = linesOf(groups, { isOpen, isWhole });
      }
      blocks.show(lines.length);
      const all = stateCounts[state];
      const told = total === all ? count(all, "finding", "findings") : `${number(total)} of ${count(all, "finding", "findings")}`;
      status.textContent = told;
      status.classList.toggle("unseen", total === all);
      if (!first) announce(told);
      list.hidden = total === 0;
      empty.hidden = total > 0 || isEmpty;
      empty.textContent = emptyWords(state, all);
      blocks.draw();
    }
    const wanted = query.get("open");
    selected = wanted ?? "";
    list.querySelectorAll("a.row").forEach(mark);
    if (wanted) {
      const i = findingByFingerprint(wanted);
      if (i >= 0) unfoldTo(i);
      last = i;
      showFinding(panel, i, order);
      const place = placeOf(i);
      if (place >= 0 && wanted !== revealed) {
        blocks.reveal(place);
        blocks.activate(place);
      }
    } else {
      panel.hide();
    }
    const cause = query.get("cause");
    if (cause && cause !== revealed) {
      const group = groups.find((one) => one.place === causePlace(cause));
      if (group && !group.single) {
        opened.set(group.key, true);
        refill();
      }
      const place = lines.findIndex((line) => (line.group ?? {}) === group || line.i === group?.items[0]);
      if (place >= 0) {
        blocks.reveal(place);
        const target = blocks.activate(place);
        target.scrollIntoView({ block: "start" });
        target.focus({ preventScroll: true });
      }
    }
    revealed = wanted || cause;
    blocks.draw();
  };
  return { title: "Findings", node, show, search: tools.search, groups: () => groups };
}

function emptyWords(state, all) {
  if (all > 0) return "No finding matches the filters.";
  if (state !== "new") return `No ${state} findings.`;
  return stateCounts.known + stateCounts.waived > 0 ? "No new findings. Known and waived findings are one click away." : "No findings.";
}
