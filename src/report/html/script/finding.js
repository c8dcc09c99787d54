// One finding, opened: what to do, why it matters, the proof, the details.

// `order`: the findings as the list has them, for the buttons that move to the next.
function showFinding(panel, i, order) {
  if (i < 0) {
    panel.show("none", { heading: el("h2", {}, "No such finding"), content: el("p", { class: "lead" }, "This report has no finding with this fingerprint. It may have been fixed since the link was made.") });
    return;
  }
  const one = finding(i);
  const place = order.indexOf(i);
  const move = (label, name, to) => {
    const there = place >= 0 && to >= 0 && to < order.length;
    return el("button", { type: "button", class: "icon-btn", "aria-label": label, disabled: !there, onclick: () => go(changed({ open: fingerprint(order[to]) }), { replace: true }) }, icon(name));
  };
  const buttons = [move("Previous finding", "up", place - 1), move("Next finding", "down", place + 1)];
  panel.show(one.fingerprint, {
    kind: [severityLabel(one.severity), el("a", { class: "link mono", href: address("checks", { check: one.check.id }) }, one.check.id)],
    move: buttons,
    heading: el("h2", {}, one.title),
    content: [el("p", { class: "lead" }, sentence(one.message)), tags(one), whatToDo(one, i), one.check.why ? section("Why it matters", el("p", {}, sentence(one.check.why))) : null, proof(one), findingDetails(one), waive(one)],
  });
}

function tags(one) {
  const told = [];
  if (one.possible) told.push(el("p", {}, chip("Possible", true), " It depends on something that isn't known. The message says on what."));
  if (one.state === "known") told.push(el("p", {}, chip("Known"), " An earlier report has this finding, so it doesn't count."));
  if (one.state === "waived") told.push(el("p", {}, chip("Waived"), one.waiver ? [` Accepted until ${one.waiver.expires}: `, rich(one.waiver.reason), " (", el("code", {}, one.waiver.policy), ")"] : " A waiver accepts it, so it doesn't count."));
  return told.length ? el("div", { class: "tags" }, told) : null;
}

function stepList(steps) {
  const step = ({ command, changes }) => el("li", {}, el("div", {}, el("p", {}, sentence(changes)), command ? commandBox(command) : null));
  return el("ol", { class: "steps" }, steps.map(step));
}

function whatToDo(one, i) {
  const cause = data.causes[causeOf(i)];
  const all = one.steps.length > 1 && one.steps.every((step) => step.command) ? one.steps.map((step) => brokenUp(step.command)).join(" && \\\n") : "";
  const content = [
    one.remedy ? el("p", { class: "fix-words" }, sentence(one.remedy)) : null,
    one.steps.length ? stepList(one.steps) : null,
    all ? el("p", { class: "whole" }, copyButton("Copy all commands", () => all, { done: "Commands copied" })) : null,
    cause && cause.findings.length > 1 ? causeNote(cause, i) : null,
    one.check.fix ? disclosure("Other ways to fix it", el("p", { class: "sub" }, sentence(one.check.fix))) : null,
  ].filter(Boolean);
  return content.length ? section("What to do", content) : null;
}

// What one change closes together with this finding.
function causeNote(cause, i) {
  const others = cause.findings.filter((other) => other !== i);
  const beside = others.filter((other) => !doesCount(other)).length;
  const steps = data.steps[cause.steps].map(([command, changes]) => ({ command: text(command), changes: text(changes) }));
  return disclosure(
    `${count(others.length, "other finding", "other findings")}${beside ? ` (${number(beside)} known or waived)` : ""} ${others.length === 1 ? "has" : "have"} the same cause`,
    el("p", {}, el("a", { class: "link", href: address("findings", { cause: text(cause.id) }) }, text(cause.title))),
    effectOf(cause),
    cause.remedy >= 0 ? el("p", {}, sentence(text(cause.remedy))) : null,
    steps.length ? stepList(steps) : null,
  );
}

function effectOf(cause) {
  if (!cause.effect) return null;
  const [closes, opens] = cause.effect.map((counts) => WORST_FIRST.filter((rank) => counts[rank] > 0).map((rank) => `${number(counts[rank])} ${titleCase(severities[rank])}`));
  return el("p", { class: "sub" }, `Closes ${closes.length ? listed(closes) : "none by itself"}.${opens.length ? ` Opens ${listed(opens)}.` : ""}`);
}

// The first of the accounts that are reached.
const REACHED_AT_ONCE = 50;
function reachedAccounts({ number: all, hidden, runs }) {
  const links = [];
  for (const [first, count] of runs) {
    for (let place = first; place < first + count && links.length < REACHED_AT_ONCE; place++) links.push(accountLink(place));
  }
  return el("span", { class: "reached" }, links.map((link, at) => [at ? ", " : "", link]), all > links.length ? ` and ${number(all - links.length)} more${hidden ? ` (${number(hidden)} of them not shown)` : ""}` : "");
}
const accountLink = (place) => el("a", { class: "link", href: address("accounts", { open: accountName(place) }) }, accountName(place));
const principalLink = (place) => el("a", { class: "link", href: address("access", { principal: principalId(place) }) }, principalTitle(place));

function findingDetails(one) {
  const actions = one.actions.map((each) => el("code", {}, each.short));
  return section(
    "Details",
    details([
      ["Account", one.account >= 0 && !one.reach ? el("span", {}, accountLink(one.account), ` · ${text(accounts.group[one.account])} · ${subscriptionName(one.account)}`) : ""],
      ["Accounts", one.reach && el("span", {}, `${number(one.reach.number)}: `, reachedAccounts(one.reach))],
      ["Owner", one.owner],
      ["Principal", one.principal >= 0 && principalLink(one.principal)],
      ["Principal ID", one.principal >= 0 && el("code", {}, principalId(one.principal))],
      ["Data actions", actions.length > 0 && el("span", {}, actions.map((each, place) => [place ? ", " : "", each]))],
      [data.template && one.policy?.startsWith(`${data.template}:`) ? "Template" : "Policy rule", one.policy && el("code", {}, one.policy)],
      ["Confidence", one.possible ? "Possible" : "Certain"],
      ["Resource ID", one.subject && el("code", {}, one.subject)],
      ["Fingerprint", el("code", {}, one.fingerprint)],
      ["Portal", portalLink(one)],
    ]),
    el("p", { class: "whole" }, copyButton("Copy link", () => location.href.split("#")[0] + address("findings", { open: one.fingerprint }), { done: "Link copied" })),
  );
}

const PORTALS = { public: "https://portal.azure.com", usgov: "https://portal.azure.us", china: "https://portal.azure.cn" };
// To the account, where the cloud has a portal and the id is one.
function portalLink(one) {
  const portal = PORTALS[data.cloud];
  const place = one.account >= 0 ? one.account : one.reach?.runs[0]?.[0] ?? -1;
  if (!portal || data.template || place < 0) return "";
  const id = text(accounts.id[place]);
  if (!/^\/subscriptions\/[\w-]+\/resourceGroups\/[\w.()-]+\/providers\/Microsoft\.DocumentDB\/databaseAccounts\/[\w-]+$/i.test(id)) return "";
  return el("a", { class: "link", href: `${portal}/#resource${id}/overview`, rel: "noreferrer" }, `Open ${accountName(place)} in the Azure portal`);
}

// What accepts the finding for a while, to be put into the policy.
function waive(one) {
  if (!one.draft) return null;
  return el("section", { class: "sec" }, disclosure("Waive this finding", el("p", { class: "sub" }, "Add this to ", el("code", {}, "waivers"), " in the policy. State why the risk is accepted."), snippet(one.draft)));
}

const snippet = (yaml) => el("div", { class: "cmd" }, el("pre", { tabindex: "0", role: "region", "aria-label": "Waiver" }, yaml), copyButton("Copy", () => yaml, { done: "Waiver copied", className: "copy" }));
