// On paper there is nothing to scroll or click: before printing, the list, the accounts and every finding are written out. A
// check's reason and a command that was there before are told once.

const PRINTED = 2000;

function printable(groups) {
  const lines = linesOf(groups, { isOpen: () => true, isWhole: () => true });
  const items = lines.filter((line) => line.i !== undefined);
  const told = new Set();
  const once = (words, node) => {
    if (!words || told.has(words)) return null;
    told.add(words);
    return node;
  };
  const row = (line) => (line.kind === "group" ? groupHeader(line, () => {}) : findingRow(line.kind, line.i));
  const step = ({ command, changes }) => el("li", {}, el("div", {}, el("p", {}, sentence(changes), command && told.has(command) ? el("span", { class: "sub" }, " The command is above.") : null), once(command, command ? el("div", { class: "cmd" }, el("pre", {}, brokenUp(command))) : null)));
  const card = ({ i }) => {
    const one = finding(i);
    const links = chainOf(one).map(([, name, more, id]) => [name, more ? ` ${more}` : "", id ? ` ${shortId(lastSegment(id))}` : ""]);
    return el(
      "section",
      { class: "card" },
      el("p", { class: "kind" }, severityLabel(one.severity), el("code", {}, one.check.id), one.possible ? chip("Possible", true) : null, one.state === "new" ? null : chip(titleCase(one.state))),
      el("h3", {}, one.title),
      el("p", {}, sentence(one.message)),
      one.remedy ? el("p", {}, el("b", {}, "What to do: "), sentence(one.remedy)) : null,
      one.steps.length ? el("ol", { class: "steps" }, one.steps.map(step)) : null,
      once(one.check.why, el("p", { class: "sub" }, sentence(one.check.why))),
      links.length ? el("p", { class: "proof sub" }, links.map((link, at) => [at ? " → " : "", link])) : null,
      el("p", { class: "proof sub" }, [one.policy, one.fingerprint].filter(Boolean).join(" · ")),
    );
  };
  const some = accountOrder().slice(0, PRINTED);
  return [
    el("div", { class: "list" }, el("div", {}, lines.slice(0, PRINTED).map(row))),
    lines.length > PRINTED ? el("p", { class: "sub" }, `Only the first ${number(PRINTED)} lines are printed.`) : null,
    el("section", { class: "accounts-sheet" }, el("h2", {}, accountsHeading()), el("p", { class: "sub" }, accountsNote()), el("table", { class: "accounts-table" }, accountsHead(), el("tbody", {}, some.map((i) => accountRow(i, accountName))))),
    el("section", { class: "findings-sheet" }, el("h2", {}, `Findings (${number(items.length)})`), items.length > PRINTED ? el("p", { class: "sub" }, `Only the first ${number(PRINTED)} are printed. Filter them, or use the JSON or CSV format of the report.`) : null, items.slice(0, PRINTED).map(card)),
  ];
}

function preparePrinting(groups) {
  const sheet = el("div", { class: "sheet" });
  addEventListener("beforeprint", () => {
    sheet.replaceChildren(...printable(groups()).filter(Boolean));
    content.after(sheet);
    for (const one of document.querySelectorAll(".gap:not([open])")) {
      one.open = true;
      one.dataset.printed = "";
    }
  });
  addEventListener("afterprint", () => {
    sheet.remove();
    for (const one of document.querySelectorAll("[data-printed]")) {
      one.open = false;
      delete one.dataset.printed;
    }
  });
}
