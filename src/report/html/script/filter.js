// Which findings a query leaves.

const FILTERS = ["q", "severity", "check", "account", "principal", "owner"];
const STATES = ["new", "known", "waived", "fixed"];
// Milliseconds after the last key before a list follows what is typed.
const TYPING = 120;

const stateOf = (query) => (STATES.includes(query.get("state")) ? query.get("state") : "new");

// A predicate for names: the very name if there is one, otherwise whatever contains the text.
function nameMatcher(wanted, names) {
  const lower = wanted.toLowerCase();
  const exact = names.some((one) => one.some((name) => name.toLowerCase() === lower));
  return names.map((one) => one.some((name) => (exact ? name.toLowerCase() === lower : name.toLowerCase().includes(lower))));
}
const namesOfPrincipals = () => data.principals.map((_, place) => [principalId(place), principalName(place), principalTitle(place)]);

// The findings that a query leaves, in the order of the report.
function filterFindings(query) {
  const state = data.states.indexOf(stateOf(query));
  const tests = [(i) => findings.state[i] === state];
  const severity = (query.get("severity") ?? "").split(",").filter((word) => severities.includes(word));
  if (severity.length) {
    const wanted = severities.map((word) => severity.includes(word));
    tests.push((i) => wanted[findings.severity[i]]);
  }
  const check = query.get("check");
  if (check) {
    const place = data.checks.findIndex((one) => one.id === check);
    tests.push((i) => findings.check[i] === place);
  }
  const account = query.get("account");
  if (account) {
    const wanted = nameMatcher(account, accounts.name.map((place) => [text(place)]));
    // What reaches many accounts concerns each of them.
    const reaches = data.reaches.map(([, runs]) => runs.some(([first, count]) => wanted.indexOf(true, first) >= 0 && wanted.indexOf(true, first) < first + count));
    tests.push((i) => (findings.account[i] >= 0 && wanted[findings.account[i]]) || (findings.reach[i] >= 0 && reaches[findings.reach[i]]));
  }
  const principal = query.get("principal");
  if (principal) {
    const wanted = nameMatcher(principal, namesOfPrincipals());
    tests.push((i) => findings.principal[i] >= 0 && wanted[findings.principal[i]]);
  }
  const owner = query.get("owner");
  if (owner) {
    const wanted = nameMatcher(owner, ownerNames.map((name) => [name]));
    const left = new Set(ownerNames.filter((_, place) => wanted[place]));
    tests.push((i) => ownersOf(i).some((name) => left.has(name)));
  }
  // Every word must be somewhere; the cheap tests have come first.
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) tests.push((i) => words.every((word) => haystack(i).includes(word)));
  const left = [];
  for (let i = 0; i < findingCount; i++) {
    if (tests.every((test) => test(i))) left.push(i);
  }
  return left;
}

// What was fixed, as far as the query says something that is known of it.
function filterFixed(query) {
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const severity = (query.get("severity") ?? "").split(",").filter((word) => severities.includes(word));
  return data.fixed.filter((one) => {
    const hay = [text(one.title), text(one.message), text(one.check), text(one.account), text(one.fingerprint)].join("\n").toLowerCase();
    if (severity.length && !severity.includes(severities[one.severity])) return false;
    if (query.get("check") && text(one.check) !== query.get("check")) return false;
    if (query.get("account") && !text(one.account).toLowerCase().includes(query.get("account").toLowerCase())) return false;
    return words.every((word) => hay.includes(word));
  });
}

// How many findings are in each state.
const stateCounts = (() => {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
  for (let i = 0; i < findingCount; i++) counts[data.states[findings.state[i]]]++;
  counts.fixed = data.fixed.length;
  return counts;
})();
