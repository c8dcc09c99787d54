// On paper there is nothing to scroll or click: before printing, what the filters leave is written out in full.

const PRINTED = 2000;

function printable(items) {
  const card = (i) => {
    const one = finding(i);
    const said = one.witness && witnessSentence(one.witness, one);
    return el(
      "section",
      { class: "card" },
      el("h3", {}, severityLabel(one.severity), ` ${one.check.id}`, one.account < 0 ? "" : ` in ${accountName(one.account)}`, one.state === "new" ? "" : ` (${one.state})`, one.possible ? " (possible)" : ""),
      el("p", { class: "lead" }, rich(one.message)),
      said ? el("p", {}, said) : null,
      one.check.why ? el("p", { class: "dim" }, rich(one.check.why)) : null,
      one.remedy ? el("p", {}, el("strong", {}, "To fix it: "), rich(one.remedy)) : null,
      one.steps.map((step) => [el("p", {}, rich(step.changes)), step.command ? el("pre", {}, step.command) : null]).flat(),
      el("p", { class: "dim" }, one.policy ? `Judged by ${one.policy}. ` : "", `Fingerprint ${one.fingerprint}.`),
    );
  };
  const row = (i) =>
    el("tr", {}, el("th", { scope: "row" }, accountName(i)), el("td", {}, subscriptionName(i)), el("td", {}, keysWord(i)), el("td", {}, principalCount(i)), el("td", {}, number(accounts.gaps[i])), el("td", {}, findingCounts(i)));
  const some = Math.min(accountCount, PRINTED);
  return [
    el("h2", {}, `Findings (${items.length === findingCount ? "" : "filtered: "}${number(items.length)} of ${number(findingCount)})`),
    items.length > PRINTED ? el("p", { class: "banner" }, `Only the first ${number(PRINTED)} are printed. Filter them, or use the JSON or CSV format of the report.`) : null,
    ...items.slice(0, PRINTED).map(card),
    el("h2", {}, `Accounts (${number(accountCount)})`),
    some < accountCount ? el("p", { class: "banner" }, `Only the first ${number(some)} are printed.`) : null,
    el("table", {}, el("thead", {}, el("tr", {}, ["Account", "Subscription", "Keys", "Principals", "Gaps", "Findings"].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, sortAccounts([...accounts.id.keys()], "findings").slice(0, some).map(row))),
  ].filter(Boolean);
}

function preparePrinting(items) {
  const sheet = el("div", { class: "sheet" });
  addEventListener("beforeprint", () => {
    // The matrix is printed as it stands.
    const matrixShown = readRoute().page === "access";
    document.body.classList.toggle("print-sheet", !matrixShown);
    if (!matrixShown) sheet.replaceChildren(...printable(items()));
    document.getElementById("content").after(sheet);
  });
  addEventListener("afterprint", () => sheet.remove());
}
