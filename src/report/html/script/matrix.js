// The page of access: principals by scopes for one account. A cell opens to the grants behind it.

const COLUMNS_AT_ONCE = 24;

function accessPage() {
  const names = () => accounts.name.map(text);
  const picker = nameField("access-account", "Account", names);
  const who = el("input", { type: "search", id: "access-who", spellcheck: "false" });
  const form = el(
    "form",
    { class: "filters", role: "search", "aria-label": "Choose an account", onsubmit: (event) => event.preventDefault() },
    picker.node,
    el("div", { class: "field" }, el("label", { for: who.id }, "Principal contains"), who),
  );
  picker.input.addEventListener("change", () => go(address("access", { account: picker.input.value })));
  let timer = 0;
  who.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => go(changed({ who: who.value, cell: "" }), { replace: true }), TYPING);
  });
  const content = el("div", { class: "list" });
  const close = () => {
    const cell = readRoute().query.get("cell");
    go(changed({ cell: "" }));
    content.querySelector(`[data-cell="${CSS.escape(cell ?? "")}"]`)?.focus();
  };
  const panel = new Panel({ label: "Grants", onClose: close });
  const split = el("div", { class: "split" }, content, panel.node);
  const node = el("div", { class: "page" }, form, split);
  let shown = null;
  let access = null;

  const show = (query) => {
    const account = query.has("account") ? accountByName(query.get("account")) : firstWithAccess();
    if (document.activeElement !== picker.input) picker.input.value = query.get("account") ?? accountName(account);
    if (document.activeElement !== who) who.value = query.get("who") ?? "";
    const key = JSON.stringify([account, query.get("who"), query.get("from")]);
    if (key !== shown) {
      shown = key;
      access = account < 0 ? null : new Access(account);
      content.replaceChildren(...(access ? matrix(access, query) : [el("p", { class: "empty" }, "No account has that name.")]));
    }
    const [row, ...scope] = (query.get("cell") ?? "").split(" ");
    const opened = access && query.get("cell") ? access.rows[Number(row)] : null;
    for (const cell of content.querySelectorAll("[aria-expanded]")) {
      cell.setAttribute("aria-expanded", String(cell.dataset.cell === query.get("cell")));
    }
    if (opened && scope[0] === "way") showBypasses(panel, access, opened, Number(scope[1]));
    else if (opened) showGrants(panel, access, opened, scope.join(" "));
    else panel.hide();
    split.classList.toggle("opened", Boolean(opened));
  };
  return { title: "Access", node, show, search: picker.input };
}

// The account with the worst findings among those in which somebody may do something.
function firstWithAccess() {
  let best = accountCount > 0 ? 0 : -1;
  let worst = -1;
  for (let i = 0; i < accountCount; i++) {
    if (accounts.grants[i].length === 0 && accounts.bypasses[i].length === 0) continue;
    const weight = accountFindings(i).reduce((sum, value, rank) => sum + Math.min(value, 9) * 10 ** rank, 0);
    if (weight > worst) [best, worst] = [i, weight];
  }
  return best;
}

function matrix(access, query) {
  const wanted = (query.get("who") ?? "").toLowerCase();
  const rows = access.rows.filter(({ principal }) => `${principalName(principal)}\n${principalId(principal)}`.toLowerCase().includes(wanted));
  const columns = access.columns();
  const from = Math.max(0, Math.min(Number(query.get("from")) || 0, columns.length - 1));
  const seen = columns.slice(from, from + COLUMNS_AT_ONCE);
  const title = el("h2", {}, "Access in ", accountName(access.account));
  const refused = accounts.keys_refused[access.account];
  const keys = refused === false ? el("p", { class: "banner" }, "Keys open this account: whoever holds one may do everything, whatever this table says.") : null;
  const gap = accounts.role_assignments[access.account] === null ? el("p", { class: "banner" }, "The role assignments could not be read: others than those shown may have access.") : null;
  if (rows.length === 0 || columns.length === 0) {
    return [title, gap, keys, el("p", { class: "empty" }, "Nobody may do anything here, as far as it could be read.")].filter(Boolean);
  }
  const table = new VirtualTable({
    label: `Access in ${accountName(access.account)}`,
    className: "matrix",
    columns: [
      {
        key: "principal",
        label: "Principal",
        header: true,
        fill: (cell, { principal, state }) => cell.append(el("span", { class: "clamp-one" }, principalName(principal)), el("span", { class: state === "drift" ? "tag warn" : "clamp-one dim" }, principalKind(principal) ? `${principalKind(principal)}, ` : "", stateWord(state))),
      },
      ...seen.map((column) => ({
        key: `scope group-${column.group}`,
        label: column.label === "/" ? "/ (whole account)" : isDisabled(access.account, column.kind) ? `${column.label} (keys are disabled)` : column.label,
        fill: (cell, { row, principal }) => cell.append(column.kind !== undefined ? bypassButton(access, column, row, principal) : cellButton(column, row, principal)),
      })),
    ],
  });
  const region = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Access matrix" }, table.node);
  const page = (label, to) => el("a", { class: "button small", href: changed({ from: to || "", cell: "" }) }, label);
  const pages = columns.length > COLUMNS_AT_ONCE
    ? el("p", { class: "status" }, `Scopes ${number(from + 1)} to ${number(from + seen.length)} of ${number(columns.length)} `, from > 0 ? page("Earlier scopes", Math.max(0, from - COLUMNS_AT_ONCE)) : null, " ", from + COLUMNS_AT_ONCE < columns.length ? page("Later scopes", from + COLUMNS_AT_ONCE) : null)
    : null;
  // The table measures itself once it is in the document.
  requestAnimationFrame(() => table.show(rows));
  return [title, gap, keys, legend(), pages, region].filter(Boolean);
}

function cellButton(column, row, principal) {
  const { levels, grants, inherited } = column.cell(row);
  if (grants.length === 0) return el("span", { class: "no-access" }, el("span", { "aria-hidden": "true" }, "–"), el("span", { class: "unseen" }, "nothing"));
  const where = column.label === "/" ? "the whole account" : column.label;
  const key = `${row} ${column.key}`;
  return el(
    "button",
    {
      type: "button",
      class: `cell${inherited ? " inherited" : ""}`,
      "data-cell": key,
      "aria-expanded": String(readRoute().query.get("cell") === key),
      onclick: () => go(changed({ cell: key })),
    },
    el("span", { class: "unseen" }, `${principalName(principal)} in ${where}: ${cellWords(levels)}${inherited ? " (through a wider scope)" : ""}`),
    levels.map((level, slot) => slotMark(slot, level)),
  );
}

// A way round the account's roles: whether there is one, and whether for certain.
function bypassButton(access, column, row, principal) {
  const bypasses = access.bypassesOf(row, column.kind);
  if (bypasses.length === 0) return el("span", { class: "no-access" }, el("span", { "aria-hidden": "true" }, "–"), el("span", { class: "unseen" }, "no"));
  const certain = bypasses.some((one) => one.certain);
  const eligible = bypasses.every((one) => one.eligible);
  const key = `${row} ${column.key}`;
  return el(
    "button",
    {
      type: "button",
      class: "cell",
      "data-cell": key,
      "aria-expanded": String(readRoute().query.get("cell") === key),
      onclick: () => go(changed({ cell: key })),
    },
    el("span", { class: "unseen" }, `${principalName(principal)}: can ${certain ? "" : "possibly "}${column.label}${isDisabled(access.account, column.kind) ? " (keys are disabled)" : ""}`),
    el("span", { class: `way ${certain ? "certain" : "possible"}`, "aria-hidden": "true" }, certain ? "yes" : eligible ? "eligible" : "possibly"),
  );
}

function showBypasses(panel, access, { row, principal }, kind) {
  const bypasses = access.bypassesOf(row, kind);
  const name = principalName(principal);
  const verb = bypassVerb(kind);
  const refused = accounts.keys_refused[access.account];
  const keys = isOfKeys(kind) ? el("p", { class: "note" }, accounts.keys_doubtful[access.account] ? "Keys are said to be disabled. Whether the service honors that for this API isn't documented." : refused === true ? "Keys are disabled: a key has no effect until key-based authentication is enabled." : refused === false ? "Keys open this account: a key is full access, whatever the table says." : "Whether keys open this account could not be read.") : null;
  const told = bypasses.map((one) =>
    section(
      one.role.name,
      one.eligible ? el("p", { class: "note" }, el("span", { class: "tag" }, "eligible"), " The role must be activated first.") : null,
      one.certain || one.eligible ? null : el("p", { class: "note" }, el("span", { class: "tag" }, "possible"), " It depends on a condition, a deny assignment or something that is not documented."),
      facts([
        ["Assigned at", el("code", {}, one.scope)],
        ["Gives", el("code", {}, one.action.full)],
        ["By its pattern", el("code", {}, one.pattern)],
        ["Role assignment", el("code", {}, one.assignment)],
        ["Role definition", el("code", {}, one.role.id)],
      ]),
    ),
  );
  panel.show(
    `${row} way ${kind}`,
    el("h2", {}, name),
    el("p", { class: "lead" }, `Past the account's own roles it may ${bypasses.some((one) => one.certain) ? "" : "possibly "}${verb}.`),
    name === principalId(principal) ? null : el("p", { class: "dim" }, principalId(principal)),
    keys,
    ...told,
    el("p", { class: "panel-actions" }, el("a", { class: "button small", href: address("findings", { account: accountName(access.account), principal: name }) }, "Its findings here")),
  );
}

const slotMark = (slot, level) =>
  el("span", { class: `slot slot-${slots[slot][1]} ${["no", "possible", "certain"][level]}`, "aria-hidden": "true" }, level === NO ? "·" : slots[slot][0]);

// The letters at a glance; what they stand for on demand.
function legend() {
  const key = (mark, word, meaning) => el("li", {}, mark, " ", el("strong", {}, word), el("span", { class: "meaning dim" }, ` ${meaning}`));
  const kinds = slots.map(([, word, meaning], slot) => key(slotMark(slot, CERTAIN), word, meaning));
  const more = el("button", { type: "button", class: "button small", "aria-expanded": "false" }, "What they mean");
  const node = el("div", { class: "legend" }, more, el("ul", {}, kinds, key(slotMark(1, POSSIBLE), "possible", "dashed: only in one reading of a wildcard"), key(el("span", { class: "cell inherited sample" }, slotMark(1, CERTAIN)), "inherited", "pale: through a wider scope"), key(el("span", { class: "way certain" }, "yes"), "ways round", "behind the double line: what Azure roles allow, past the account's own")));
  more.addEventListener("click", () => more.setAttribute("aria-expanded", String(node.classList.toggle("told"))));
  return node;
}

function showGrants(panel, access, { row, principal }, scope) {
  const { grants, levels } = access.cell(row, access.scopes.indexOf(scope));
  const name = principalName(principal);
  const told = grants.map((grant) => {
    const [id, roleName, builtIn, patterns, abilities] = data.roles[grant.role];
    const ability = ([place, slot, certain]) => el("li", {}, slotMark(slot, certain ? CERTAIN : POSSIBLE), " ", rich(action(place).verb), certain ? "" : el("span", { class: "tag" }, "possible"));
    return section(
      text(roleName),
      facts([
        ["Granted at", el("span", {}, el("code", {}, grant.scope), grant.scope === scope ? "" : " (inherited)")],
        ["Role assignment", el("code", {}, grant.assignment)],
        ["Role definition", el("span", {}, el("code", {}, text(id)), builtIn ? " built in" : " custom")],
      ]),
      el("h4", {}, "It states"),
      el("ul", { class: "actions" }, patterns.map((pattern) => el("li", {}, el("code", {}, text(pattern))))),
      el("h4", {}, "So its holders may"),
      el("ul", { class: "abilities" }, abilities.map(ability)),
    );
  });
  panel.show(
    `${row} ${scope}`,
    el("h2", {}, name),
    el("p", { class: "lead" }, "In ", scope === "/" ? "the whole account" : el("code", {}, scope), ` it may: ${cellWords(levels)}.`),
    name === principalId(principal) ? null : el("p", { class: "dim" }, principalId(principal)),
    ...told,
    el("p", { class: "panel-actions" }, el("a", { class: "button small", href: address("findings", { account: accountName(access.account), principal: name }) }, "Its findings here")),
  );
}
