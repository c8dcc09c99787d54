// One finding, told from the proof to the remedy.

function showFinding(panel, i, table) {
  if (i < 0) {
    panel.show("none", el("h2", {}, "No such finding"), el("p", {}, "This report has no finding with that fingerprint. It may have been fixed since the link was made."));
    return;
  }
  const one = finding(i);
  const place = table.items.indexOf(i);
  const neighbour = (label, to) => {
    const there = to >= 0 && to < table.items.length && place >= 0;
    const button = el("button", { type: "button", class: "button small", disabled: !there }, label);
    button.addEventListener("click", () => {
      panel.wantFocus = true;
      go(changed({ open: fingerprint(table.items[to]) }), { replace: true });
    });
    return button;
  };
  panel.show(
    one.fingerprint,
    el("h2", {}, severityLabel(one.severity), " ", one.check.id),
    el("p", { class: "lead" }, rich(one.message)),
    tags(one),
    proof(one),
    one.actions.length ? section("Data actions concerned", el("ul", { class: "actions" }, one.actions.map((each) => el("li", {}, el("code", {}, each.short))))) : null,
    one.reach ? section(`Accounts concerned (${number(one.reach.number)})`, reached(one.reach)) : null,
    one.check.why ? section("Why it matters", el("p", {}, rich(one.check.why))) : null,
    remedy(one),
    section("Where it comes from", source(one)),
    el(
      "p",
      { class: "panel-actions" },
      copyButton("Copy link", () => location.href.split("#")[0] + address("findings", { open: one.fingerprint }), "Link copied"),
      neighbour("Previous", place - 1),
      neighbour("Next", place + 1),
    ),
  );
}

function tags(one) {
  const told = [];
  if (one.state === "waived") told.push(el("p", { class: "note" }, el("span", { class: "tag" }, "waived"), one.waiver ? [` A waiver accepts it until ${one.waiver.expires}: `, rich(one.waiver.reason), " (", el("code", {}, one.waiver.policy), "). It does not count."] : " A waiver accepts it for now: it does not count."));
  if (one.state === "known") told.push(el("p", { class: "note" }, el("span", { class: "tag" }, "known"), " An earlier report has it already: it does not count."));
  if (one.possible) told.push(el("p", { class: "note" }, el("span", { class: "tag" }, "possible"), " It depends on something that is not known; the message says on what."));
  return el("div", {}, told);
}

// The proof as a sentence, then link by link with full ids.
function proof(one) {
  const { witness: seen } = one;
  if (!seen) return null;
  const sentence = witnessSentence(seen, one);
  const links = [
    ["Principal", seen.principal && [el("strong", {}, seen.principal.name), seen.principal.name === seen.principal.id ? "" : el("code", {}, seen.principal.id)]],
    ["Role assignment", seen.assignment && [el("code", {}, seen.assignment)]],
    ["Role definition", seen.role && [el("strong", {}, seen.role.name), el("code", {}, seen.role.id)]],
    ["Pattern", seen.pattern && [el("code", {}, seen.pattern)]],
    [seen.azureScope ? "Azure action" : "Data action", seen.action && [el("code", {}, seen.action.full)]],
    ["Azure scope", seen.azureScope && [el("code", {}, seen.azureScope)]],
    ["Scope", seen.scope && [el("code", {}, seen.scope), seen.scope === "/" ? "the whole account" : ""]],
  ].filter(([, content]) => content);
  return section(
    "The proof",
    sentence ? el("p", { class: "sentence-box" }, sentence) : null,
    el("ol", { class: "chain" }, links.map(([name, content]) => el("li", {}, el("span", { class: "link-name" }, name), content.filter(Boolean).map((part) => el("span", {}, part))))),
  );
}

// The first of the accounts that are reached.
const REACHED_AT_ONCE = 50;
function reached({ number: all, runs }) {
  const items = [];
  for (const [first, count] of runs) {
    for (let place = first; place < first + count && items.length < REACHED_AT_ONCE; place++) {
      items.push(el("li", {}, el("a", { href: address("access", { account: accountName(place) }) }, accountName(place))));
    }
  }
  if (all > items.length) items.push(el("li", { class: "dim" }, `and ${number(all - items.length)} more`));
  return el("ul", { class: "rows" }, items);
}

const lastSegment = (id) => id.split("/").filter(Boolean).pop() ?? id;

function witnessSentence(seen, one) {
  const code = (word) => el("code", {}, word);
  const where = seen.azureScope ? [" from ", code(seen.azureScope), " downwards"] : seen.scope === "/" ? " everywhere in the account" : seen.scope ? [" in ", code(seen.scope)] : "";
  const may = seen.action && el("strong", {}, rich(seen.action.verb));
  const role = seen.role && el("em", {}, seen.role.name || lastSegment(seen.role.id));
  const pattern = seen.pattern && seen.action && seen.pattern !== seen.action.short ? [", whose ", code(seen.pattern), " covers ", code(seen.action.short)] : "";
  const modal = one.possible ? " may possibly " : " may ";
  const who = seen.principal && code(seen.principal.name);
  if (who && may && seen.assignment) {
    return [who, modal, may, where, ", because assignment ", code(lastSegment(seen.assignment)), " gives it ", role ? ["the role ", role] : "its role", pattern, "."].flat();
  }
  if (who && may) return [who, " needs to ", may, where, ", and no role assignment lets it."].flat();
  if (role && may) return ["The role ", role, " lets its holders ", may, where, pattern, "."].flat();
  if (who && seen.assignment) return ["Assignment ", code(lastSegment(seen.assignment)), " gives ", who, " ", role ? ["the role ", role] : "a role that cannot be found", where, "."].flat(2);
  if (role && seen.pattern) return ["The role ", role, " states ", code(seen.pattern), "."];
  return null;
}

function remedy(one) {
  const all = one.steps.length > 0 && one.steps.every((step) => step.command) ? one.steps.map((step) => step.command).join(" && \\\n") : "";
  const step = ({ command, changes }) => el("li", {}, el("p", {}, rich(changes)), command ? el("pre", { tabindex: "0", role: "region", "aria-label": "Command" }, el("code", {}, command)) : null);
  const steps = one.steps.length ? el("div", { class: "command" }, el("ol", { class: "steps" }, one.steps.map(step)), all ? copyButton("Copy command", () => all, "Command copied") : null) : null;
  return section("How to fix it", one.remedy ? el("p", { class: "lead-fix" }, rich(one.remedy)) : null, one.check.fix ? el("p", { class: "dim" }, rich(one.check.fix)) : null, steps);
}

function source(one) {
  const account = one.account < 0 ? "" : accountName(one.account);
  const who = one.principal < 0 ? "" : principalName(one.principal);
  const link = (page, query, label) => el("a", { href: address(page, query) }, label);
  return facts([
    ["Judged by", one.policy && el("code", {}, one.policy)],
    ["Account", account && link("accounts", { open: account }, account)],
    ["Principal", who && link("findings", { principal: who }, who)],
    ["Access", account && accounts.grants[one.account].length > 0 && link("access", { account }, "Who may do what in this account") || ""],
    ["Subject", one.subject && el("code", {}, one.subject)],
    ["Fingerprint", el("code", {}, one.fingerprint)],
  ]);
}
