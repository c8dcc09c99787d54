// The controls above the findings, and which findings they leave.

const FILTERS = ["q", "severity", "check", "state", "account", "principal"];
const SUGGESTIONS = 50;
// Milliseconds after the last key before a list follows what is typed.
const TYPING = 120;

// A text field that suggests names. Thousands of names would make the list slow, so only those that match are in it.
function nameField(key, label, names) {
  const list = el("datalist", { id: `names-${key}` });
  const input = el("input", { type: "search", id: `filter-${key}`, list: list.id, autocomplete: "off", spellcheck: "false" });
  let known = null;
  const suggest = () => {
    known ??= [...new Set(names())].sort();
    const typed = input.value.toLowerCase();
    const fitting = [];
    for (const name of known) {
      if (fitting.length === SUGGESTIONS) break;
      if (name.toLowerCase().includes(typed)) fitting.push(el("option", { value: name }));
    }
    list.replaceChildren(...fitting);
  };
  input.addEventListener("focus", suggest);
  input.addEventListener("input", suggest);
  return { input, node: el("div", { class: "field" }, el("label", { for: input.id }, label), input, list) };
}

function choice(key, label, options) {
  const select = el("select", { id: `filter-${key}` }, options.map(([value, name]) => el("option", { value }, name)));
  return { input: select, node: el("div", { class: "field" }, el("label", { for: select.id }, label), select) };
}

function findingFilters() {
  const total = new Map();
  const perSeverity = severities.map(() => 0);
  for (let i = 0; i < findingCount; i++) {
    total.set(findings.check[i], (total.get(findings.check[i]) ?? 0) + 1);
    perSeverity[findings.severity[i]]++;
  }
  const search = el("input", { type: "search", id: "search", placeholder: "Text, id or fingerprint", spellcheck: "false", "aria-keyshortcuts": "/" });
  const chips = [...severities.keys()].reverse().map((rank) => {
    const box = el("input", { type: "checkbox", value: severities[rank] });
    return { box, node: el("label", { class: `chip sev-${severities[rank]}` }, box, shape(severities[rank]), ` ${severities[rank]} `, el("span", { class: "dim" }, number(perSeverity[rank]))) };
  });
  const checks = data.checks.map((check, place) => [check.id, place]).filter(([, place]) => total.has(place));
  const check = choice("check", "Check", [["", "all"], ...checks.map(([id, place]) => [id, `${id} (${number(total.get(place))})`])]);
  const state = choice("state", "State", [["", "all"], ["new", "counts"], ["known", "known"], ["waived", "waived"], ["certain", "certain"], ["possible", "possible"]]);
  const account = nameField("account", "Account", () => [...new Set(findings.account)].filter((place) => place >= 0).map(accountName));
  const principal = nameField("principal", "Principal", () => [...new Set(findings.principal)].filter((place) => place >= 0).map(principalName));
  const status = el("p", { class: "status" });
  const clear = el("button", { type: "button", class: "button small" }, "Clear filters");
  clear.addEventListener("click", () => {
    go(changed(Object.fromEntries(FILTERS.map((key) => [key, ""]))));
    search.focus();
  });
  const fields = { q: search, check: check.input, state: state.input, account: account.input, principal: principal.input };
  let pending = 0;
  const typed = () => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      pending = 0;
      go(changed({ q: search.value, account: account.input.value, principal: principal.input.value }), { replace: true });
    }, TYPING);
  };
  for (const input of [search, account.input, principal.input]) input.addEventListener("input", typed);
  for (const key of ["check", "state"]) fields[key].addEventListener("change", () => go(changed({ [key]: fields[key].value })));
  for (const { box } of chips) {
    box.addEventListener("change", () => {
      const picked = chips.filter((chip) => chip.box.checked).map((chip) => chip.box.value);
      go(changed({ severity: picked.join(",") }));
    });
  }
  const node = el(
    "form",
    { class: "filters", role: "search", "aria-label": "Filter the findings", onsubmit: (event) => event.preventDefault() },
    el("div", { class: "field wide" }, el("label", { for: "search" }, "Search ", el("kbd", { "aria-hidden": "true" }, "/")), search),
    check.node,
    state.node,
    account.node,
    principal.node,
    el("fieldset", { class: "chips" }, el("legend", {}, "Severity"), chips.map((chip) => chip.node)),
    el("div", { class: "result" }, status, clear),
  );
  // Shows what the address says. It trails what is being typed by a moment.
  const update = (query) => {
    for (const [key, input] of Object.entries(fields)) {
      const value = query.get(key) ?? "";
      if (!pending && input.value !== value) input.value = value;
    }
    const picked = (query.get("severity") ?? "").split(",");
    for (const { box } of chips) box.checked = picked.includes(box.value);
    clear.hidden = FILTERS.every((key) => !query.get(key));
  };
  return { node, search, status, update };
}

// A predicate for names: the very name if there is one, otherwise whatever contains the text.
function nameMatcher(wanted, names) {
  const lower = wanted.toLowerCase();
  const exact = names.filter((one) => one.some((name) => name.toLowerCase() === lower)).length > 0;
  return names.map((one) => one.some((name) => (exact ? name.toLowerCase() === lower : name.toLowerCase().includes(lower))));
}

// The findings that a query leaves, in their order.
function filterFindings(query) {
  const tests = [];
  const severity = (query.get("severity") ?? "").split(",").filter((word) => severities.includes(word));
  if (severity.length) {
    const wanted = severities.map((word) => severity.includes(word));
    tests.push((i) => wanted[findings.severity[i]]);
  }
  const check = query.get("check");
  if (check) {
    const place = data.checks.findIndex((one) => one.id === check);
    tests.push((i) => findings.check[i] === place);
  }
  const state = query.get("state");
  if (data.states.includes(state)) tests.push((i) => data.states[findings.state[i]] === state);
  if (state === "certain" || state === "possible") tests.push((i) => findings.possible[i] === (state === "possible" ? 1 : 0));
  const account = query.get("account");
  if (account) {
    const wanted = nameMatcher(account, accounts.name.map((place) => [text(place)]));
    // What reaches many accounts concerns each of them.
    const reaches = data.reaches.map(([, runs]) => runs.some(([first, count]) => wanted.indexOf(true, first) >= 0 && wanted.indexOf(true, first) < first + count));
    tests.push((i) => (findings.account[i] >= 0 && wanted[findings.account[i]]) || (findings.reach[i] >= 0 && reaches[findings.reach[i]]));
  }
  const principal = query.get("principal");
  if (principal) {
    const wanted = nameMatcher(principal, data.principals.map((_, place) => [principalId(place), principalName(place)]));
    tests.push((i) => findings.principal[i] >= 0 && wanted[findings.principal[i]]);
  }
  // Every word must be somewhere; the cheap tests have come first.
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) tests.push((i) => words.every((word) => haystack(i).includes(word)));
  const left = [];
  for (let i = 0; i < findingCount; i++) {
    if (tests.every((test) => test(i))) left.push(i);
  }
  return left;
}

// For every row of a column, the rank of its name among all: numbers are compared faster than names.
function ranks(places, name) {
  const distinct = [...new Set(places)].map((place) => [place, name(place).toLowerCase()]);
  distinct.sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = new Map(distinct.map(([place], i) => [place, i]));
  return Int32Array.from(places, (place) => rank.get(place));
}

const FINDING_RANKS = {
  severity: () => Int32Array.from(findings.severity, (severity, i) => (severities.length - severity) * 3 + findings.state[i]),
  check: () => ranks(findings.check, (place) => data.checks[place].id),
  account: () => ranks(findings.account, accountName),
  principal: () => ranks(findings.principal, (place) => (place < 0 ? "\uffff" : principalName(place))),
};
const knownRanks = {};

function sortFindings(items, sort) {
  const descending = sort.startsWith("-");
  const key = sort.replace("-", "");
  if (!Object.hasOwn(FINDING_RANKS, key)) return sortFindings(items, "severity");
  const rank = (knownRanks[key] ??= FINDING_RANKS[key]());
  const sign = descending ? -1 : 1;
  return items.sort((a, b) => sign * (rank[a] - rank[b]) || a - b);
}
