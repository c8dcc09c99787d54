// The tools above the findings: states, search and filters. The counts in the head filter as well; they never change.

// More names than this would make a menu that nobody reads.
const MENU = 300;
const SUGGESTIONS = 50;

function choice(label, options, { wide = false } = {}) {
  const input = el("select", { "aria-label": label }, options.map(([value, name]) => el("option", { value }, name)));
  return { input, node: el("span", { class: wide ? "sel wide" : "sel" }, input) };
}

let pickers = 0;
// A menu of names, or where there are too many a field that suggests those that match.
function picker(label, all, names) {
  const known = [...new Set(names)].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  if (known.length <= MENU) return choice(label, [["", all], ...known.map((name) => [name, name])]);
  const list = el("datalist", { id: `names-${++pickers}` });
  const input = el("input", { type: "search", "aria-label": label, placeholder: all, list: list.id, autocomplete: "off", spellcheck: "false" });
  const suggest = () => {
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
  return { input, node: el("span", { class: "sel" }, input, list) };
}

// A menu may have to show what no option of it says, such as a part of a name in an address.
function setValue(input, value) {
  if (input.value === value) return;
  if (input.localName === "select" && ![...input.options].some((option) => option.value === value)) input.append(el("option", { value }, value));
  input.value = value;
}

function stateSwitch() {
  const buttons = STATES.map((state) => {
    const none = stateCounts[state] === 0 && state !== "new";
    const title = none ? (state === "waived" ? "No waiver accepts a finding" : data.has_baseline ? "None since the earlier report" : "Needs an earlier report: --baseline") : null;
    const button = el("button", { type: "button", value: state, disabled: none, title, "aria-pressed": "false" }, titleCase(state), " ", el("span", { class: "n" }, number(stateCounts[state])));
    button.addEventListener("click", () => go(changed({ state: state === "new" ? "" : state, open: "", cause: "" })));
    return button;
  });
  const node = el("div", { class: "states", role: "group", "aria-label": "State" }, buttons);
  const update = (query) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === stateOf(query))));
  return { node, update };
}

function searchField(label) {
  const input = el("input", { type: "search", "aria-label": label, placeholder: label, spellcheck: "false", "aria-keyshortcuts": "/" });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    input.blur();
  });
  return { input, node: el("div", { class: "search" }, icon("search"), input, el("kbd", { "aria-hidden": "true" }, "/")) };
}

// The counts in the head become buttons.
function countButtons() {
  const buttons = [...document.querySelectorAll(".counts li")].map((item) => {
    const button = el("button", { type: "button", class: "count", value: item.dataset.severity, "aria-pressed": "false" });
    button.append(...item.firstChild.childNodes);
    item.replaceChildren(button);
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      const others = buttons.filter((one) => one !== button && one.getAttribute("aria-pressed") === "true");
      const picked = pressed ? others : [...others, button];
      go(changed({ severity: picked.map((one) => one.value).join(","), cause: "" }));
    });
    return button;
  });
  return (query) => {
    const picked = (query.get("severity") ?? "").split(",");
    for (const button of buttons) button.setAttribute("aria-pressed", String(picked.includes(button.value)));
  };
}

function findingTools() {
  const states = stateSwitch();
  const search = searchField("Search findings");
  const some = (column) => [...new Set(column)].filter((place) => place >= 0);
  const checks = some(findings.check).map((place) => data.checks[place].id).sort();
  const fields = {
    check: choice("Check", [["", "All checks"], ...checks.map((id) => [id, id])]),
    account: picker("Account", "All accounts", some(data.reaches.length ? accounts.id.keys() : findings.account).map(accountName)),
    principal: picker("Principal", "All principals", some(findings.principal).map(principalTitle)),
    ...(ownerNames.length ? { owner: picker("Owner", "All owners", ownerNames) } : {}),
  };
  const groupings = Object.entries(GROUPINGS).filter(([key]) => (key !== "cause" || data.causes.length) && (key !== "owner" || ownerNames.length));
  const grouping = choice("Group", groupings, { wide: true });
  grouping.input.addEventListener("change", () => go(changed({ group: grouping.input.value, cause: "" })));
  let pending = 0;
  const typed = (key, input) => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      pending = 0;
      go(changed({ [key]: input.value, cause: "" }), { replace: true });
    }, TYPING);
  };
  search.input.addEventListener("input", () => typed("q", search.input));
  for (const [key, { input }] of Object.entries(fields)) {
    if (input.localName === "select") input.addEventListener("change", () => go(changed({ [key]: input.value, cause: "" })));
    else input.addEventListener("input", () => typed(key, input));
  }
  const clear = el("button", { type: "button", class: "btn clear" }, "Clear filters");
  clear.addEventListener("click", () => {
    go(changed({ ...Object.fromEntries(FILTERS.map((key) => [key, ""])), cause: "" }));
    search.input.focus();
  });
  const more = el("button", { type: "button", class: "btn filters-btn", "aria-expanded": "false" }, "Filters");
  const node = el("div", { class: "tools", role: "search", "aria-label": "Filter the findings" }, states.node, search.node, more, Object.values(fields).map((field) => field.node), grouping.node, clear);
  more.addEventListener("click", () => more.setAttribute("aria-expanded", String(node.classList.toggle("all"))));
  const counts = countButtons();
  // Shows what the address says. It trails what is being typed by a moment.
  const update = (query) => {
    states.update(query);
    counts(query);
    if (!pending) {
      setValue(search.input, query.get("q") ?? "");
      for (const [key, { input }] of Object.entries(fields)) setValue(input, query.get(key) ?? "");
    }
    grouping.input.value = groupingOf(query);
    clear.hidden = FILTERS.every((key) => !query.get(key));
  };
  return { node, search: search.input, update };
}
