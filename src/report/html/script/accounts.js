// The page of accounts: findings, keys and who can read them, and how access compares with the policy. The worst first.

// How many findings that count concern an account, per severity: its own, and those of Azure roles that reach it.
const accountFindings = (() => {
  let counts = null;
  return (place) => {
    if (counts === null) {
      counts = new Uint32Array((accountCount + 1) * severities.length);
      for (let i = 0; i < findingCount; i++) {
        if (!doesCount(i)) continue;
        const own = findings.account[i];
        const runs = findings.reach[i] < 0 ? [] : data.reaches[findings.reach[i]][1];
        const add = (account) => counts[account * severities.length + findings.severity[i]]++;
        for (const [first, number] of runs) for (let account = first; account < first + number; account++) add(account);
        if (own >= 0 && !runs.some(([first, number]) => first <= own && own < first + number)) add(own);
      }
    }
    return counts.subarray(place * severities.length, (place + 1) * severities.length);
  };
})();

const drifting = (i) => accounts.principals[i].filter(([, , state]) => text(state) === "drift");
// What leaves it open who has access, where it wasn't checked.
const NO_ACCESS = ["account", "access", "policy", "role-assignments", "role-definitions", "other-apis", "other-resources"];
const isUnchecked = (i) => accounts.not_checked[i].some((place) => NO_ACCESS.includes(data.not_checked[place][3]));
const ACCOUNT_VIEWS = {
  "": ["All", () => true],
  keys: ["Keys enabled", (i) => keysOf(i) === "enabled"],
  unchecked: ["Access not checked", isUnchecked],
  deviates: ["Deviates", (i) => drifting(i).length > 0],
};
const ACCOUNT_COLUMNS = [["Account", "account-col"], ["Findings", "findings-col"], ["Key-based authentication", "keys-col"], ["Principals", "principals-col"], ["Access vs. policy", "policy-col"]];

const KEYS_TITLE = { enabled: "Enabled", disabled: "Disabled", unknown: "Unknown" };
const NAMED = 5;
// Whether keys are enabled, and who can read them where they are.
function keysCell(i) {
  const state = keysOf(i);
  if (accounts.sign_in[i] === 2) return [el("b", {}, "No authentication"), el("small", {}, "Anyone who reaches the cluster has full access.")];
  if (isCluster(i)) return accounts.keys_refused[i] === null ? [chip("Unknown", true)] : [el("span", { class: "sub" }, accounts.keys_refused[i] ? "Passwords disabled" : el("b", {}, "Passwords enabled"))];
  if (state === "disabled") return [el("span", { class: "sub" }, "Disabled")];
  const who = { sure: new Set(), possible: new Set() };
  for (const [place, certain] of accounts.bypasses[i]) {
    const [principal, kind, , , , , , , eligible] = data.bypasses[place];
    if (isOfKeys(kind)) who[certain && !eligible ? "sure" : "possible"].add(principal);
  }
  for (const one of who.sure) who.possible.delete(one);
  const names = (set) => listed([...set].map(principalTitle), NAMED);
  const told = [who.sure.size ? `Can read keys: ${names(who.sure)}.` : "", who.possible.size ? `Possible: ${names(who.possible)}.` : ""].filter(Boolean).join(" ");
  const label = state === "enabled" ? el("b", {}, "Enabled") : chip(accounts.keys_doubtful[i] ? "Said to be disabled" : "Unknown", true);
  return [label, told ? el("small", {}, told) : null];
}

// None that is known of is not none.
function principalsCell(i) {
  const some = accounts.principals[i].length;
  if (!partly(i, PRINCIPALS)) return number(some);
  return some === 0 ? chip("Unknown", true) : [`at least ${number(some)}`];
}

function policyOf(i) {
  const drift = drifting(i);
  if (drift.length) return ["Deviates", el("small", {}, listed(drift.map(([principal]) => principalTitle(principal)), 3))];
  if (!isUnchecked(i)) return ["Matches"];
  const reasons = accounts.not_checked[i].map((place) => data.not_checked[place]).filter(([, , , what]) => NO_ACCESS.includes(what));
  reasons.sort(([, , , a], [, , , b]) => (b.startsWith("role-") ? 1 : 0) - (a.startsWith("role-") ? 1 : 0));
  const [what, why] = reasons[0].map((part) => part);
  const words = text(why);
  return [chip("Not checked", true), el("small", {}, rich(words.startsWith("couldn't") ? `${titleCase(text(what))} ${words}` : titleCase(words)))];
}

function accountRow(i, link) {
  const label = (name) => ({ "data-label": name });
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, link(i), el("small", {}, `${text(accounts.group[i])} · ${subscriptionName(i)}`)),
    el("td", label("Findings"), el("div", {}, accountFindings(i).some((value) => value > 0) ? severityCounts(accountFindings(i), "num") : el("span", { class: "dim" }, "None"))),
    el("td", label("Key-based auth"), el("div", {}, keysCell(i))),
    el("td", label("Principals"), el("div", {}, principalsCell(i))),
    el("td", label("Access vs. policy"), el("div", {}, policyOf(i))),
  );
}

// The worst first, by severity, then by how many.
const accountOrder = (() => {
  let order = null;
  return () => {
    if (order) return order;
    const weights = Float64Array.from(accounts.id, (_, i) => accountFindings(i).reduce((sum, value, rank) => sum + Math.min(value, 999) * 1000 ** rank, 0));
    order = [...accounts.id.keys()].sort((a, b) => weights[b] - weights[a] || a - b);
    return order;
  };
})();

function accountsHeading() {
  const enabled = accounts.id.filter((_, i) => keysOf(i) === "enabled").length;
  return `${count(accountCount, "account", "accounts")}, ${number(enabled)} with key-based authentication enabled`;
}
const accountsNote = () => `${stateCounts.new ? `A finding counts for every account that it affects, so the columns can add up to more than ${number(stateCounts.new)}. ` : ""}Principals are those with a data-plane role assignment.`;
const accountsHead = () => el("thead", {}, el("tr", {}, ACCOUNT_COLUMNS.map(([name, className]) => el("th", { scope: "col", class: className }, name))));

function accountsPage() {
  const search = searchField("Search accounts");
  let timer = 0;
  search.input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => go(changed({ q: search.input.value, open: "" }), { replace: true }), TYPING);
  });
  const buttons = Object.entries(ACCOUNT_VIEWS).map(([key, [label, test]]) => {
    const matching = key ? [...accounts.id.keys()].filter(test).length : accountCount;
    return el("button", { type: "button", value: key, "aria-pressed": "false", disabled: key !== "" && matching === 0, onclick: () => go(changed({ show: key, open: "" })) }, label, " ", el("span", { class: "n" }, number(matching)));
  });
  const table = el("table", { class: "accounts-table", "aria-label": "Accounts" }, accountsHead());
  const box = el("div", { class: "tbl" }, table);
  const status = el("p", { class: "list-status" });
  const empty = el("p", { class: "empty" }, accountCount === 0 ? "No accounts." : "No account matches the filters.");
  let items = [];
  const link = (i) => el("a", { class: "link", href: changed({ open: accountName(i) }), "data-focus": true }, accountName(i));
  const blocks = new Blocks(table, { row: (place) => accountRow(items[place], link), height: 60, table: true });
  let last = -1;
  const panel = new Panel({
    label: "Account",
    onClose: () => {
      go(changed({ open: "" }));
      if (items.includes(last)) blocks.focus(items.indexOf(last));
    },
  });
  const node = el("div", { class: "page wrap", role: "region", "aria-label": "Accounts" }, el("div", { class: "page-h" }, el("h1", {}, accountsHeading()), el("p", {}, accountsNote()), unreadLine()), el("div", { class: "filterbar" }, el("div", { class: "states", role: "group", "aria-label": "Show" }, buttons), search.node), status, box, empty, panel.node);
  let filtered = null;
  const show = (query) => {
    const view = Object.hasOwn(ACCOUNT_VIEWS, query.get("show") ?? "") ? query.get("show") ?? "" : "";
    if (document.activeElement !== search.input) search.input.value = query.get("q") ?? "";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === view));
    const key = `${view}\n${query.get("q") ?? ""}`;
    if (key !== filtered) {
      const first = filtered === null;
      filtered = key;
      const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
      const hay = (i) => [text(accounts.id[i]), subscriptionName(i), text(accounts.location[i]), text(accounts.owner[i]), ...accounts.blocks[i].map(text)].join("\n").toLowerCase();
      items = accountOrder().filter((i) => ACCOUNT_VIEWS[view][1](i) && (words.length === 0 || words.every((word) => hay(i).includes(word))));
      status.textContent = items.length === accountCount ? count(accountCount, "account", "accounts") : `${number(items.length)} of ${count(accountCount, "account", "accounts")}`;
      status.classList.toggle("unseen", items.length === accountCount);
      if (!first) announce(status.textContent);
      box.hidden = items.length === 0;
      empty.hidden = items.length > 0;
      blocks.show(items.length);
    }
    last = query.has("open") ? accountByName(query.get("open")) : -1;
    if (last >= 0) {
      showAccount(panel, last);
      const place = items.indexOf(last);
      if (place >= 0) {
        blocks.reveal(place);
        blocks.activate(place);
      }
    } else {
      panel.hide();
    }
    blocks.draw();
  };
  return { title: "Accounts", node, show, search: search.input };
}

const switchWord = (disabled) => (disabled === null ? "Unknown" : disabled ? "Disabled" : "Enabled");
const known = (value, isPartly) => (isPartly && value !== null && value !== undefined ? `at least ${number(value)}` : titleCase(number(value)));

function showAccount(panel, i) {
  const name = accountName(i);
  const counts = accountFindings(i);
  const rows = accounts.not_checked[i].map((place) => data.not_checked[place]);
  panel.show(name, {
    kind: el("span", { class: "kind" }, "Account"),
    heading: el("h2", {}, name),
    content: [
      el("p", { class: "lead" }, `${text(accounts.group[i])} · ${subscriptionName(i)} · ${text(accounts.location[i])}`),
      el("p", { class: "whole" }, el("a", { class: "link", href: address("findings", { account: name }) }, count(counts.reduce((sum, value) => sum + value, 0), "finding", "findings")), " ", severityCounts(counts), " · ", el("a", { class: "link", href: address("access", { account: name, can: "any" }) }, "Who has access")),
      rows.length ? section("Not checked", el("ul", { class: "abilities" }, rows.map(([what, why]) => el("li", {}, el("b", {}, titleCase(text(what))), ": ", rich(text(why)))))) : null,
      section(
        "Settings",
        details([
          ["Keys", el("div", {}, keysCell(i))],
          ["Metadata writes with keys", switchWord(accounts.key_writes_refused[i])],
          ["API", text(accounts.api[i])],
          ["Policy blocks", accounts.blocks[i].map(text).join(", ") || chip("None", true)],
          ["Owner", text(accounts.owner[i])],
          ["Role definitions", known(accounts.role_definitions[i], partly(i, DEFINITIONS))],
          ["Role assignments", known(accounts.role_assignments[i], partly(i, ASSIGNMENTS))],
          ["Databases", known(accounts.databases[i], partly(i, DATABASES))],
          ["Couldn't be read", accounts.gaps[i] > 0 && el("a", { class: "link", href: address("findings", { account: name, check: "collection-incomplete" }) }, count(accounts.gaps[i], "list", "lists"))],
          ["Resource ID", el("code", {}, text(accounts.id[i]))],
        ]),
      ),
      section(
        "Principals with role assignments",
        accounts.principals[i].length === 0 ? el("p", { class: "sub" }, isCluster(i) && partly(i, PRINCIPALS) ? "None are known. Azure doesn't list all database users." : partly(i, ASSIGNMENTS) ? "Role assignments couldn't be read." : "None.") : null,
        el("ul", { class: "abilities" }, accounts.principals[i].slice(0, PRINCIPALS_AT_ONCE).map(([principal, , state]) => el("li", {}, principalLink(principal), " ", text(state) === "not-judged" ? chip("Not checked", true) : el("span", { class: "sub" }, text(state) === "drift" ? "deviates from the policy" : "matches the policy")))),
        accounts.principals[i].length > PRINCIPALS_AT_ONCE ? el("p", { class: "sub" }, `${number(accounts.principals[i].length - PRINCIPALS_AT_ONCE)} more`) : null,
      ),
    ],
  });
}
const PRINCIPALS_AT_ONCE = 100;
