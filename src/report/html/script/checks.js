// The page of checks: what was looked for, and how to read the words of this report.

function checksPage() {
  const counts = new Map();
  for (let i = 0; i < findingCount; i++) {
    if (doesCount(i)) counts.set(findings.check[i], (counts.get(findings.check[i]) ?? 0) + 1);
  }
  const ran = data.checks.map((check, place) => ({ check, found: counts.get(place) ?? 0 })).filter(({ check }) => check.severity);
  ran.sort((a, b) => severities.indexOf(b.check.severity) - severities.indexOf(a.check.severity));
  const card = ({ check, found }) =>
    el(
      "section",
      { class: "card" },
      el("h3", {}, severityLabel(check.severity), " ", check.id),
      el("p", { class: "lead" }, rich(check.summary)),
      el("p", {}, rich(check.why)),
      el("p", { class: "dim" }, "To fix it: ", rich(check.fix)),
      el("p", {}, found ? el("a", { href: address("findings", { check: check.id, state: "new" }) }, count(found, "finding", "findings")) : el("span", { class: "dim" }, "nothing found")),
    );
  const words = [
    ["certain", "True however the service reads wildcards, and whoever is in a group."],
    ["possible", "True in one reading of the wildcards only, which are not documented in full, or under a condition. The message says what it depends on."],
    ["known", "An earlier report has the finding already. It is shown and does not count."],
    ["waived", "A waiver in the policy accepts the finding until a day. It is shown and does not count."],
    ["future", "A wildcard also grants data actions that do not exist yet."],
    ["as declared", "The principal has what the policy wants, and no more than the policy allows."],
    ["incomplete", "Something could not be read. What is missing is a finding of collection-incomplete."],
  ];
  const node = el(
    "div",
    { class: "page" },
    el("h2", {}, "What was checked"),
    el("p", { class: "dim" }, `${count(ran.length, "check", "checks")} ran. A check that the policy turns off is not here.`),
    el("div", { class: "cards" }, ran.map(card)),
    el("h2", {}, "Words"),
    el("dl", { class: "words" }, words.map(([word, meaning]) => [el("dt", {}, word), el("dd", {}, meaning)])),
  );
  return { title: "Checks", node, show: () => {} };
}
