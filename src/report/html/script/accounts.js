// The page of accounts: how each is set up, how much of it could be read, and who is in it.

const ACCOUNT_SHOWS = {
  "": ["all", () => true],
  keys: ["keys are accepted", (i) => accounts.keys_refused[i] === false],
  writes: ["keys may write metadata", (i) => accounts.key_writes_refused[i] === false],
  gaps: ["not everything was read", (i) => accounts.gaps[i] > 0],
  unmanaged: ["no policy block matches", (i) => accounts.blocks[i].length === 0],
  findings: ["has findings", (i) => accountFindings(i).some((value) => value > 0)],
};

// What of an account was not read in full, in the order of the data.
const [DEFINITIONS, ASSIGNMENTS, DATABASES] = [0, 1, 2];
const partly = (i, list) => accounts.partly[i][list];
// None that is known of is not none.
function principalCount(i) {
  const some = accounts.principals[i].length;
  return some === 0 && partly(i, ASSIGNMENTS) ? number(null) : known(some, partly(i, ASSIGNMENTS));
}
const notChecked = (i) => accounts.not_checked[i].map((place) => data.not_checked[place].map(text));

const switchWord = (refused) => (refused === null ? "unknown" : refused ? "refused" : "accepted");
const keysWord = (i) => (accounts.keys_doubtful[i] ? "said to be disabled" : switchWord(accounts.keys_refused[i]));
const keysTag = (i) => (accounts.keys_doubtful[i] ? el("span", { class: "tag" }, keysWord(i)) : switchTag(accounts.keys_refused[i]));
const switchTag = (refused) => el("span", { class: refused === false ? "tag warn" : refused === null ? "tag" : "" }, switchWord(refused));

// Counts by severity, the worst first; nothing where there are none.
function findingCounts(i) {
  const counts = accountFindings(i);
  const told = [...severities.keys()].reverse().filter((rank) => counts[rank] > 0);
  if (told.length === 0) return el("span", { class: "dim" }, "none");
  return el("span", { class: "counts" }, told.map((rank) => el("span", { class: `sev-${severities[rank]} severity` }, shape(severities[rank]), ` ${number(counts[rank])}`, el("span", { class: "unseen" }, ` ${severities[rank]} `))));
}

function accountsPage() {
  const search = el("input", { type: "search", id: "account-search", spellcheck: "false", "aria-keyshortcuts": "/" });
  const shows = choice("show", "Show", Object.entries(ACCOUNT_SHOWS).map(([key, [label]]) => [key, label]));
  const status = el("p", { class: "status" });
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => go(changed({ q: search.value }), { replace: true }), TYPING);
  });
  shows.input.addEventListener("change", () => go(changed({ show: shows.input.value })));
  const form = el(
    "form",
    { class: "filters", role: "search", "aria-label": "Filter the accounts", onsubmit: (event) => event.preventDefault() },
    el("div", { class: "field wide" }, el("label", { for: search.id }, "Search ", el("kbd", { "aria-hidden": "true" }, "/")), search),
    shows.node,
    el("div", { class: "result" }, status),
  );
  const open = (i) => changed({ open: accountName(i) });
  const table = new VirtualTable({
    label: "Accounts",
    className: "accounts-table",
    onOpen: (i) => go(open(i)),
    columns: [
      {
        key: "name",
        label: "Account",
        sort: true,
        fill: (cell, i) => cell.append(el("a", { class: "row-link", href: open(i) }, accountName(i)), el("span", { class: "clamp-one dim" }, `${text(accounts.group[i])} in ${subscriptionName(i)}`)),
      },
      { key: "findings", label: "Findings", sort: true, falling: true, fill: (cell, i) => cell.append(findingCounts(i)) },
      { key: "keys", label: "Keys", sort: true, fill: (cell, i) => cell.append(keysTag(i)) },
      { key: "principals", label: "Principals", sort: true, falling: true, fill: (cell, i) => cell.append(principalCount(i)) },
      { key: "gaps", label: "Gaps", sort: true, falling: true, fill: (cell, i) => cell.append(accounts.gaps[i] > 0 ? el("span", { class: "tag warn" }, number(accounts.gaps[i])) : "0") },
    ],
  });
  const close = () => {
    go(changed({ open: "" }));
    table.focus(table.active);
  };
  const panel = new Panel({ label: "Account", onClose: close });
  const empty = el("p", { class: "empty" }, accountCount === 0 ? "There are no accounts." : "No account matches the filters.");
  const split = el("div", { class: "split" }, el("div", { class: "list" }, table.node, empty), panel.node);
  const node = el("div", { class: "page" }, form, split);
  let filtered = null;
  let revealed = -1;
  const show = (query) => {
    if (document.activeElement !== search) search.value = query.get("q") ?? "";
    shows.input.value = Object.hasOwn(ACCOUNT_SHOWS, query.get("show") ?? "") ? query.get("show") ?? "" : "";
    const sort = query.get("sort") || "findings";
    const key = [query.get("q") ?? "", shows.input.value, sort].join("\n");
    if (key !== filtered) {
      const first = filtered === null;
      filtered = key;
      const items = sortAccounts(filterAccounts(query.get("q") ?? "", shows.input.value), sort);
      table.show(items, sort);
      status.textContent = items.length === accountCount ? count(accountCount, "account", "accounts") : `${number(items.length)} of ${count(accountCount, "account", "accounts")}`;
      if (!first) announce(status.textContent);
      table.node.hidden = items.length === 0;
      empty.hidden = items.length > 0;
    }
    const opened = query.has("open") ? accountByName(query.get("open")) : -1;
    table.select(opened);
    if (opened >= 0) {
      showAccount(panel, opened);
      const place = table.items.indexOf(opened);
      if (place >= 0 && opened !== revealed) table.reveal(place);
    } else {
      panel.hide();
    }
    revealed = opened;
    split.classList.toggle("opened", opened >= 0);
    table.draw();
  };
  return { title: "Accounts", node, show, search };
}

const subscriptionName = (i) => subscriptionNames.get(text(accounts.subscription[i]).toLowerCase()) || text(accounts.subscription[i]);

function filterAccounts(q, show) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const [, test] = ACCOUNT_SHOWS[show];
  const items = [];
  for (let i = 0; i < accountCount; i++) {
    const hay = () => [text(accounts.id[i]), subscriptionName(i), text(accounts.location[i]), ...accounts.blocks[i].map(text)].join("\n").toLowerCase();
    if (test(i) && (words.length === 0 || words.every((word) => hay().includes(word)))) items.push(i);
  }
  return items;
}

const ACCOUNT_WEIGHTS = {
  findings: (i) => -accountFindings(i).reduce((sum, value, rank) => sum + Math.min(value, 999) * 1000 ** rank, 0),
  keys: (i) => [false, null, true].indexOf(accounts.keys_refused[i]),
  principals: (i) => -accounts.principals[i].length,
  gaps: (i) => -accounts.gaps[i],
};

function sortAccounts(items, sort) {
  const key = sort.replace("-", "");
  const weight = Object.hasOwn(ACCOUNT_WEIGHTS, key) ? ACCOUNT_WEIGHTS[key] : ACCOUNT_WEIGHTS.findings;
  const weights = key === "name" ? ranks(accounts.name, text) : Float64Array.from(accounts.id, (_, i) => weight(i));
  const sign = sort.startsWith("-") ? -1 : 1;
  return items.sort((a, b) => sign * (weights[a] - weights[b]) || a - b);
}

const STATES = { around: "no role of its own", "as-declared": "as declared", drift: "differs from the policy", "not-judged": "not judged" };
const stateWord = (state) => STATES[state] ?? state;
const PRINCIPALS_AT_ONCE = 200;

function showAccount(panel, i) {
  const name = accountName(i);
  const principals = accounts.principals[i];
  const link = (page, query, label) => el("a", { class: "button small", href: address(page, query) }, label);
  const roles = [...new Set(accounts.grants[i].map(([, role]) => role))].filter((role) => role >= 0);
  panel.show(
    name,
    el("h2", {}, name),
    accounts.gaps[i] > 0 ? el("p", { class: "banner" }, `${count(accounts.gaps[i], "thing", "things")} of this account could not be read. `, el("a", { href: address("findings", { account: name, check: "collection-incomplete" }) }, "What is missing")) : null,
    el("p", { class: "panel-actions" }, link("findings", { account: name }, "Findings"), link("access", { account: name }, "Access matrix")),
    section(
      "Settings",
      facts([
        ["Findings", findingCounts(i)],
        ["Keys", keysTag(i)],
        ["Metadata writes with keys", switchTag(accounts.key_writes_refused[i])],
        ["API", text(accounts.api[i])],
        ["Region", text(accounts.location[i])],
        ["Resource group", text(accounts.group[i])],
        ["Subscription", subscriptionName(i)],
        ["Policy blocks", accounts.blocks[i].map(text).join(", ") || el("span", { class: "tag warn" }, "none")],
        ["Role definitions", known(accounts.role_definitions[i], partly(i, DEFINITIONS))],
        ["Role assignments", known(accounts.role_assignments[i], partly(i, ASSIGNMENTS))],
        ["Databases", known(accounts.databases[i], partly(i, DATABASES))],
        ["ARM id", el("code", {}, text(accounts.id[i]))],
      ]),
    ),
    notChecked(i).length ? section("Not checked", el("ul", { class: "rows" }, notChecked(i).map(([what, why]) => el("li", {}, el("span", {}, el("strong", {}, what), ": ", rich(why)))))) : null,
    section(
      `Principals (${principalCount(i)})`,
      principals.length === 0 ? el("p", { class: "dim" }, "None of the account's own roles is assigned, as far as it could be read.") : null,
      el(
        "ul",
        { class: "rows" },
        principals.slice(0, PRINCIPALS_AT_ONCE).map(([principal, assignments, state]) =>
          el("li", {}, el("a", { href: address("findings", { account: name, principal: principalName(principal) }) }, principalName(principal)), el("span", { class: text(state) === "drift" ? "tag warn" : "tag" }, stateWord(text(state))), el("span", { class: "dim" }, ` ${count(assignments, "assignment", "assignments")}`)),
        ),
      ),
      principals.length > PRINCIPALS_AT_ONCE ? el("p", { class: "dim" }, `${number(principals.length - PRINCIPALS_AT_ONCE)} more are in the access matrix.`) : null,
    ),
    accounts.bypasses[i].length ? section("Ways round its roles", el("p", {}, `${count(new Set(accounts.bypasses[i].map(([place]) => data.bypasses[place][0])).size, "principal", "principals")} can read keys, change the account or give access through Azure roles. `, el("a", { href: address("access", { account: name }) }, "Who, and how"))) : null,
    roles.length ? section("Roles held", el("ul", { class: "rows" }, roles.slice(0, PRINCIPALS_AT_ONCE).map((role) => el("li", {}, el("strong", {}, text(data.roles[role][1])), el("span", { class: "dim" }, data.roles[role][2] ? " built in: " : " custom: "), data.roles[role][3].map((pattern, place) => [place ? ", " : "", el("code", {}, text(pattern))]).flat())))) : null,
  );
}
