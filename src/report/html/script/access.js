// Who can do what: a question that reads as a sentence, the answer as a sentence, and a table of how. With a principal in the
// question it is that principal's page.

const cellOf = (level, column) => {
  const word = LEVELS[level];
  return el("td", { class: "c4", "data-label": COLUMNS[column] }, el("span", { class: `cell ${word.toLowerCase()}` }, el("i"), level === NO ? unseen("No") : word));
};

function askedOf(query) {
  const principalText = query.get("principal") ?? "";
  let principal = principalPlaces.get(principalText) ?? -1;
  // Of several principals that a part of a name fits, none is meant more than another.
  const fits = principal < 0 && principalText ? nameMatcher(principalText, namesOfPrincipals()).flatMap((is, place) => (is ? [place] : [])) : [];
  if (fits.length === 1) [principal] = fits;
  const question = questionOf(query.get("can")) ?? questionOf(principal >= 0 ? "any" : "delete");
  const scope = query.get("at") ?? "";
  const account = query.get("account") ? accountByName(query.get("account")) : -1;
  return { question, what: question[2], scope, account, principal, unknown: unknownOf(query, { scope, fits: fits.length, isKnown: (!principalText || principal >= 0) && (!query.get("account") || account >= 0) }) };
}

const SCOPE = /^\/?$|^\/?dbs\/[^/]+(\/colls\/[^/]+)?\/?$/;
// What of the question the report doesn't know, in a sentence.
function unknownOf(query, { scope, fits, isKnown }) {
  if (query.get("can") && !questionOf(query.get("can"))) return `${query.get("can")} is no action. Actions are ${listed(QUESTIONS.map(([key]) => key))}.`;
  if (!SCOPE.test(scope)) return `${scope} is no scope. Scopes are /dbs/<database> and /dbs/<database>/colls/<container>.`;
  if (fits > 1) return `${count(fits, "principal", "principals")} match ${query.get("principal")}. Choose one of them.`;
  return isKnown ? "" : "This report has no such account or principal.";
}

// The account's databases, and the scopes of its role assignments.
function allScopes() {
  const scopes = new Set();
  for (let a = 0; a < accountCount; a++) {
    for (const name of accounts.database_names[a] ?? []) scopes.add(`/dbs/${text(name)}`);
    for (const scope of accounts.scopes[a]) if (text(scope) !== "/") scopes.add(text(scope));
  }
  return [...scopes];
}

// Who may stand in the question: whoever has something, and whoever is in a group that has.
function allPrincipals() {
  const places = new Set(data.bypasses.map(([principal]) => principal));
  for (const [i] of data.paths) if (findings.principal[i] >= 0) places.add(findings.principal[i]);
  for (const rows of accounts.principals) for (const [principal] of rows) places.add(principal);
  for (const { members } of groupRows.values()) for (const member of members) places.add(member);
  return [...places];
}

function askForm() {
  const action = choice("Action", QUESTIONS.map(([key, verb]) => [key, verb]));
  const scope = picker("Scope", "any scope", allScopes());
  const account = picker("Account", "all accounts", accounts.name.map(text));
  // An id stands beside a name only where several have it.
  const everybody = allPrincipals();
  const alike = new Map();
  for (const place of everybody) alike.set(principalTitle(place), (alike.get(principalTitle(place)) ?? 0) + 1);
  const nameOf = (place) => (alike.get(principalTitle(place)) === 1 ? principalTitle(place) : principalName(place));
  const byName = new Map(everybody.map((place) => [nameOf(place), place]));
  const principal = picker("Principal", "any principal", byName.keys());
  const idOf = (name) => (byName.has(name) ? principalId(byName.get(name)) : name);
  const fields = [["can", action], ["at", scope], ["account", account], ["principal", principal]];
  for (const [key, { input }] of fields) {
    input.addEventListener("change", () => go(changed({ [key]: key === "principal" ? idOf(input.value) : input.value, detail: "" })));
  }
  const label = (words, { node }) => el("label", {}, words, " ", node);
  const node = el("form", { class: "ask", onsubmit: (event) => event.preventDefault() }, label("Who can", action), label("at", scope), label("in", account), label("as", principal));
  const update = (query, asked) => {
    action.input.value = asked.question[0];
    setValue(scope.input, asked.scope);
    setValue(account.input, query.get("account") ?? "");
    setValue(principal.input, asked.principal >= 0 ? nameOf(asked.principal) : query.get("principal") ?? "");
  };
  return { node, update, first: action.input };
}

// Questions worth asking of this tenant.
function suggestions() {
  const links = [];
  const link = (words, query) => links.push(el("a", { class: "link", href: address("access", query) }, words));
  if (accounts.keys_refused.some((refused) => refused !== true)) link("read account keys", { can: "keys" });
  const drifting = accounts.principals.flat().find(([, , state]) => text(state) === "drift");
  if (drifting) link(`everything ${principalTitle(drifting[0])} can do`, { principal: principalId(drifting[0]) });
  if (data.bypasses.length) link("change accounts or grant access", { can: "manage" });
  return links.length ? el("p", { class: "try" }, "Try:", links.map((one, place) => [place ? " · " : " ", one])) : null;
}

const ACCOUNTS_NAMED = 3;
function rowScope(row) {
  if (row.kind === "role") {
    const [account] = row.accounts;
    const scopes = row.scopes.map((scope) => (scope === "/" ? "whole account" : scope));
    return el("div", {}, accountLink(account), ` ${listed(scopes, ACCOUNTS_NAMED)}`);
  }
  const where = row.bypass === undefined ? "" : azurePlace(text(data.bypasses[row.bypass][6]));
  const names = row.accounts.length === accountCount && accountCount > ACCOUNTS_NAMED ? `all ${number(accountCount)} accounts` : row.accounts.length > ACCOUNTS_NAMED ? count(row.accounts.length, "account", "accounts") : listed(row.accounts.map(accountName));
  return el("div", {}, where || names, where && where !== names ? el("small", {}, names) : null);
}

function rowWho(row, asked) {
  if (row.principal === undefined) return [{ anyone: "Anyone who reaches the cluster", passwords: "Anyone with a password" }[row.state] ?? "Anyone with a key"];
  if (asked.principal >= 0) return row.principal === asked.principal ? ["Direct", el("small", {}, `assigned to the ${principalKind(row.principal) || "principal"}`)] : [`Group ${principalTitle(row.principal)}`, el("small", {}, "member")];
  const members = membersOf(row.principal);
  const kind = principalKind(row.principal);
  const told = members ? [`${kind}: `, members.slice(0, 6).map((member, place) => [place ? ", " : "", principalLink(member)]), members.length > 6 ? ` and ${number(members.length - 6)} more` : "", isWholeGroup(row.principal) ? "" : " and possibly others"] : [kind || "unknown kind", kind === "group" ? ", members not known" : ""];
  return [el("a", { href: address("access", { principal: principalId(row.principal) }), "data-focus": true, class: "who-link" }, principalTitle(row.principal)), el("small", {}, told)];
}

function rowHow(row) {
  if (row.kind === "path") return pathHow(row);
  const detail = (name) => el("b", {}, el("a", { class: "quiet", href: changed({ detail: row.key }), title: "How this comes about" }, name));
  if (row.kind === "role") return el("div", {}, "Role ", detail(row.role < 0 ? "unknown" : text(data.roles[row.role][1])));
  if (row.principal === undefined) return el("div", {}, row.words);
  const bypass = bypassAt(row.bypass);
  const verbs = [row.kind === "key" ? "reads account keys" : "", row.kinds[CHANGE_ACCOUNT] > NO && row.kind !== "key" ? "changes the account" : "", row.kinds[GRANT_DATA] > NO && row.kind !== "key" ? "grants access to data" : "", row.kinds[ASSIGN_ROLES] > NO && row.kind !== "key" ? "assigns Azure roles" : ""].filter(Boolean);
  const does = bypass.action === null ? "could give anything, as its definition couldn't be read" : row.kind === "key" && row.kinds[READ_KEYS] === NO ? "reads read-only keys" : listed(verbs);
  return el("div", {}, "Azure role ", detail(bypass.role.name), `${bypass.eligible ? ", eligible (PIM)" : ""}: ${does}`);
}

const KEY_WORDS = { anyone: "The cluster doesn't authenticate clients", passwords: "Password authentication is enabled", enabled: "Key-based authentication is enabled", disabled: "Key-based authentication is disabled", unknown: "It isn't known whether key-based authentication is disabled" };
// Anyone with a key, for each state of the accounts.
function keyRows(keys) {
  return Object.entries(keys)
    .filter(([state, list]) => list.length > 0 && state !== "none")
    .map(([state, list]) => ({ kind: "key", state, key: `k ${state}`, accounts: list, words: KEY_WORDS[state], levels: [KEYS[state], KEYS[state], KEYS[state], NO], off: state === "disabled" }));
}

function answerRow(row, asked) {
  const off = row.off || (row.kind === "key" && row.levels.every((level) => level === NO));
  return el(
    "tr",
    { class: off ? "off" : null, "data-principal": row.principal === undefined ? null : principalId(row.principal) },
    el("th", { scope: "row" }, rowWho(row, asked)),
    el("td", { "data-label": "How" }, rowHow(row)),
    el("td", { "data-label": "Scope" }, rowScope(row)),
    row.levels.map(cellOf),
    el("td", { "data-label": "Policy" }, row.principal === undefined ? "" : el("div", {}, row.kind === "path" ? pathPolicy(row) : policyCell(row))),
  );
}

function accessPage() {
  const form = askForm();
  const heading = el("h1", {});
  const below = el("p", {});
  const crumb = el("p", { class: "crumb" }, el("a", { class: "link", href: address("access") }, "Access"), " › Principal");
  const answer = el("h2", { class: "answer", "aria-live": "polite" });
  const notes = el("p", { class: "answer-more" });
  const head = ["Principal", "How", "Scope", ...COLUMNS, "Policy"].map((name, place) => el("th", { scope: "col", class: place > 2 && place < 7 ? "c4" : ["who", "how", "scope"][place] ?? "policy" }, name));
  const table = el("table", { class: "answer-table", "aria-label": "Who can, and how" }, el("thead", {}, el("tr", {}, head)));
  const box = el("div", { class: "tbl" }, table);
  let lines = [];
  let asked = null;
  const row = (place) => (lines[place].section ? el("tr", { class: "sect" }, el("td", { colspan: "8" }, lines[place].section)) : answerRow(lines[place], asked));
  const blocks = new Blocks(table, { row, height: 62, table: true });
  const panel = new Panel({
    label: "Details",
    onClose: () => {
      const at = lines.findIndex((line) => line.key === readRoute().query.get("detail"));
      go(changed({ detail: "" }));
      if (at >= 0) blocks.focus(at);
    },
  });
  const legend = el(
    "p",
    { class: "legend" },
    [[YES, "certain"], [POSSIBLE, "depends on undocumented behavior, a condition, activation, a role that couldn't be read or what an identity can do"], [INDIRECT, "after granting the principal a role, enabling keys or restoring a copy"]].map(([level, words]) => el("span", {}, el("span", { class: `cell ${LEVELS[level].toLowerCase()}` }, el("i")), `${LEVELS[level]}: ${words}`)),
    el("span", {}, el("b", {}, "Manage"), " change the account, grant access, assign Azure roles"),
  );
  const node = el("div", { class: "page wrap", role: "region", "aria-label": "Access" }, el("div", { class: "page-h" }, crumb, heading, below, unreadLine()), form.node, suggestions() ?? el("p", { class: "try" }), answer, notes, box, legend, panel.node);
  let shown = null;
  const show = (query) => {
    const key = ["can", "at", "account", "principal"].map((name) => query.get(name) ?? "").join("\n");
    if (key !== shown) {
      shown = key;
      asked = askedOf(query);
      form.update(query, asked);
      const found = answerRows(asked);
      const isPrincipal = asked.principal >= 0;
      crumb.hidden = !isPrincipal;
      heading.textContent = isPrincipal ? principalTitle(asked.principal) : "Who can …";
      below.replaceChildren(...(isPrincipal ? principalFacts(asked.principal) : [`Effective access over ${accountCount === 1 ? "1 account" : `all ${number(accountCount)} accounts`}: role assignments, groups, account keys and Azure roles.`]));
      answer.textContent = asked.unknown ? asked.unknown : isPrincipal ? principalSentence(asked, found) : answerSentence(asked, found);
      notes.textContent = asked.unknown ? "" : answerNotes(asked, found);
      lines = asked.unknown ? [] : linesOfAnswer(asked, found);
      box.hidden = lines.length === 0;
      blocks.show(lines.length, lines[1] ? 1 : 0);
    }
    const wanted = query.get("detail");
    const line = wanted ? lines.find((one) => one.key === wanted) : null;
    if (line?.kind !== "path" && line?.principal !== undefined) showAccess(panel, line);
    else panel.hide();
    blocks.draw();
  };
  return { title: "Access", node, show, search: form.first, lines: () => lines };
}

function principalFacts(principal) {
  const groups = [...identitiesOf(principal)].slice(1).map((id) => principalPlaces.get(id)).filter((place) => place !== undefined);
  const members = membersOf(principal);
  const kind = principalKind(principal);
  return [
    kind ? `${titleCase(kind)} · ` : "",
    el("code", {}, principalId(principal)),
    ...(groups.length ? [" · member of ", ...groups.flatMap((place, at) => [at ? ", " : "", principalLink(place)])] : []),
    ...(members ? [" · members: ", ...members.slice(0, 20).flatMap((place, at) => [at ? ", " : "", principalLink(place)]), members.length > 20 ? ` and ${number(members.length - 20)} more` : ""] : []),
  ];
}

const bestFirst = (what) => (a, b) => (typeof what === "number" ? b.levels[what] - a.levels[what] : 0) || Math.max(...b.levels) - Math.max(...a.levels) || a.accounts[0] - b.accounts[0];

function linesOfAnswer(asked, { role, azure, key, path, keys }) {
  const lines = [];
  const add = (title, rows) => rows.length && lines.push({ section: title }, ...rows);
  add("Through role assignments", [...role].sort(bestFirst(asked.what)));
  add(asked.what === MANAGE || asked.what === "any" ? "Through Azure roles" : "Through Azure roles: the principal can first grant itself access", [...azure].sort(bestFirst(asked.what)));
  add(PATH_TITLE, [...path].sort(bestFirst(asked.what)));
  const anyone = asked.principal >= 0 || asked.what === "keys" ? [] : keyRows(keys);
  add(anyone.some(({ state }) => state === "anyone" || state === "passwords") ? "Through account keys and passwords" : "Through account keys", [...anyone.filter((row) => !row.off), ...[...key].sort(bestFirst(asked.what)), ...anyone.filter((row) => row.off)]);
  return lines;
}

const UNREAD_ROLE = "The role definition couldn't be read, so it could give anything.";

// How a row comes about, link by link: role assignments, what the role states, and what that lets its holders do.
function showAccess(panel, row) {
  const isRole = row.kind === "role";
  const name = principalTitle(row.principal);
  const parts = [];
  if (isRole) {
    const [id, roleName, builtIn, patterns, abilities] = row.role < 0 ? [-1, -1, false, [], []] : data.roles[row.role];
    const ability = ([place, , certain]) => el("li", {}, titleCase(action(place).verb.replaceAll("`", "")), certain ? "" : [" ", chip("Possible", true)]);
    parts.push(
      section("Role", details([["Role", `${text(roleName)}${builtIn ? " (built in)" : ""}`], ["Role definition", el("code", {}, text(id))], ["Account", accountLink(row.accounts[0])]])),
      section("Role assignments", details(row.assignments.map((assignment, at) => [row.scopes[at] === "/" ? "whole account" : row.scopes[at], el("code", {}, assignment)]))),
      section("Data actions in the role definition", patterns.length || !abilities.length ? el("ul", { class: "abilities" }, patterns.map((pattern) => el("li", {}, el("code", {}, text(pattern))))) : el("p", {}, UNREAD_ROLE)),
      section("So its holders can", el("ul", { class: "abilities" }, abilities.map(ability))),
    );
  } else {
    for (const place of row.places) {
      const one = bypassAt(place);
      parts.push(
        section(
          titleCase(bypassVerb(one.kind)),
          details([
            ["Azure role", `${one.role.name}${one.eligible ? ", after activation (PIM)" : ""}`],
            ["Assigned at", azurePlace(one.scope)],
            ["Action", one.action ? el("span", {}, el("code", {}, one.action.short), one.pattern === one.action.short ? "" : [" matches ", el("code", {}, one.pattern)]) : UNREAD_ROLE],
            ["Assignment", el("code", {}, one.assignment)],
            ["Note", isOfKeys(one.kind) && row.accounts.every((a) => keysOf(a) === "disabled") ? "Key-based authentication is disabled, so keys have no effect." : ""],
          ]),
        ),
      );
    }
    parts.push(section("Accounts", el("p", {}, reachedAccounts({ number: row.accounts.length, runs: row.accounts.slice(0, REACHED_AT_ONCE).map((a) => [a, 1]) }))));
  }
  const members = membersOf(row.principal);
  panel.show(row.key, {
    kind: el("span", { class: "kind" }, isRole ? "Role assignment" : row.kind === "key" ? "Account keys" : "Azure role"),
    heading: el("h2", {}, name),
    content: [el("p", { class: "lead" }, el("code", {}, principalId(row.principal))), members ? section("Members", el("p", {}, listed(members.map(principalTitle), 20))) : null, parts],
  });
}
