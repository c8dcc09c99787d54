// The answer in a sentence, and what the policy says of a row.

const QUESTIONS = [
  ["delete", "delete items", DELETE],
  ["read", "read items", READ],
  ["write", "write items", WRITE],
  ["manage", "change the account", MANAGE],
  ["keys", "read account keys", "keys"],
  ["any", "do anything", "any"],
];
const questionOf = (key) => QUESTIONS.find(([one]) => one === key) ?? null;

const isDirect = (row, what) => (row.kind === "role" || row.kind === "key" ? (typeof what === "number" ? row.levels[what] : Math.max(...row.levels)) : what === MANAGE || what === "any" ? row.levels[MANAGE] : NO);

// Who can, certainly or possibly, and who could after granting themselves access.
function tally(answer, what) {
  const best = new Map();
  const put = (principal, level) => best.set(principal, Math.max(best.get(principal) ?? NO, level));
  for (const row of [...answer.role, ...answer.key, ...answer.azure]) {
    const level = what === "keys" ? Math.max(row.kinds[READ_KEYS], row.kinds[READ_ONLY_KEYS]) : isDirect(row, what);
    if (level > NO) put(row.principal, level === YES ? YES : POSSIBLE);
  }
  const sure = [...best.values()].filter((level) => level === YES).length;
  const others = new Set(typeof what === "number" && what !== MANAGE ? answer.azure.filter((row) => row.levels[what] > NO && !best.has(row.principal)).map((row) => row.principal) : []);
  return { sure, possible: best.size - sure, indirect: others.size };
}

function placeWords({ scope, account }, looked) {
  const where = scope ? ` ${scope}` : "";
  if (account >= 0) return `${accountName(account)}${where}`;
  if (looked.accounts.length === 1) return `${accountName(looked.accounts[0])}${where}`;
  const some = `one or more of ${count(looked.accounts.length, "account", "accounts")}`;
  return scope ? `${scope} of ${some}` : some;
}

function answerSentence(asked, answer) {
  const [, verb, what] = asked.question;
  const { sure, possible, indirect } = tally(answer, what);
  const where = placeWords(asked, answer.looked);
  const can = sure === 0 ? `No principal can certainly ${verb} in ${where}.` : `${count(sure, "principal", "principals")} can ${verb} in ${where}.`;
  const none = sure + possible + indirect === 0 ? `No principal can ${verb} in ${where}, as far as it could be read.` : can;
  return [none, possible ? `${count(possible, sure ? "more possibly can" : "principal possibly can", sure ? "more possibly can" : "principals possibly can")}.` : "", indirect ? `${number(indirect)} more can grant themselves access.` : ""].filter(Boolean).join(" ");
}

// The same about one principal: in how many accounts, and with what.
function principalSentence(asked, answer) {
  const name = principalTitle(asked.principal);
  const [, , what] = asked.question;
  const columns = typeof what === "number" ? [what] : [READ, WRITE, DELETE];
  const verbs = { [READ]: "read", [WRITE]: "change", [DELETE]: "delete" };
  const direct = [new Set(), new Set()];
  const done = new Set();
  for (const row of [...answer.role, ...answer.key]) {
    for (const column of columns) {
      if (row.levels[column] === NO || column === MANAGE) continue;
      done.add(column);
      for (const a of row.accounts) direct[row.levels[column] === YES ? 0 : 1].add(a);
    }
  }
  const [sure, possible] = direct;
  for (const a of sure) possible.delete(a);
  const indirect = new Set(answer.azure.filter((row) => columns.some((column) => row.levels[column] > NO)).flatMap((row) => row.accounts));
  for (const a of [...sure, ...possible]) indirect.delete(a);
  const manage = new Set(answer.azure.filter((row) => row.levels[MANAGE] > NO).flatMap((row) => row.accounts));
  const inAccounts = (set) => (set.size === 1 ? accountName([...set][0]) : count(set.size, "account", "accounts"));
  const words = listed([...done].sort().map((column) => verbs[column]));
  const told = [];
  if (sure.size) told.push(`${name} can ${words} data in ${inAccounts(sure)}.`);
  if (possible.size) told.push(`${sure.size ? "Possibly also" : `${name} possibly can ${words} data`} in ${inAccounts(possible)}.`);
  if (indirect.size) told.push(`${told.length ? "They" : name} can grant themselves access in ${inAccounts(indirect)}${told.length ? " more" : ""}.`.replace(/in (\d[\d,]*) accounts? more/, "in $1 more accounts"));
  if (!told.length && manage.size) told.push(`${name} can change ${inAccounts(manage)}, but not grant themselves access.`);
  return told.join(" ") || `${name} has no access, as far as it could be read.`;
}

// What else one has to know to read the answer.
function answerNotes(asked, answer) {
  const notes = [];
  const { looked, keys } = answer;
  const inAccounts = (list, one, many) => (list.length === 1 ? `${accountName(list[0])} ${one}` : `${count(list.length, "account", "accounts")} ${many}`);
  if (looked.unread.length) notes.push(`Role assignments of ${listed(looked.unread.map(accountName), 3)} couldn't be read in full, so more principals can have access.`);
  if (looked.maybe.length && asked.scope) notes.push(`It isn't known whether ${inAccounts(looked.maybe, "has", "have")} this database.`);
  if (data.not_checked.some(([, , , what]) => what === "azure-rbac")) notes.push("Azure roles couldn't be read everywhere.");
  if (keys.enabled.length) notes.push(`Anyone with an account key has access to ${keys.enabled.length > 3 ? count(keys.enabled.length, "account", "accounts") : listed(keys.enabled.map(accountName))}.`);
  else if (keys.disabled.length && !keys.unknown.length) notes.push(`Account keys give no access: key-based authentication is disabled on ${keys.disabled.length === 1 ? accountName(keys.disabled[0]) : "these accounts"}.`);
  if (asked.principal >= 0 && data.groups.some(([, , all]) => !all)) notes.push("Not all group members are known.");
  return notes.join(" ");
}

const NEEDED = [["key-readers"], ["key-readers"], ["account-writers"], ["role-admins"], ["role-admins"]];
let findingsByKey = null;
// The findings about an Azure role assignment of a principal, or about what a principal has in an account.
function findingsOf(key) {
  if (!findingsByKey) {
    findingsByKey = new Map();
    const put = (to, i) => findingsByKey.get(to)?.push(i) ?? findingsByKey.set(to, [i]);
    for (let i = 0; i < findingCount; i++) {
      if (findings.principal[i] < 0) continue;
      if (findings.reach[i] >= 0) put(`${findings.principal[i]} ${unfold(text(findings.subject[i]), namesOf(i)).toLowerCase()}`, i);
      else if (findings.account[i] >= 0) put(`${findings.principal[i]} ${findings.account[i]}`, i);
    }
  }
  return findingsByKey.get(key) ?? [];
}
// One that counts comes before others.
const worstOf = (found) => found.reduce((worst, i) => (worst < 0 || doesCount(i) > doesCount(worst) || (doesCount(i) === doesCount(worst) && findings.severity[i] > findings.severity[worst]) ? i : worst), -1);
const reachesAny = (i, wanted) => data.reaches[findings.reach[i]][1].some(([first, number]) => wanted.some((a) => a >= first && a < first + number));

function policyCell(row) {
  if (row.kind === "role") {
    if (row.state === "as-declared") return "Matches";
    if (row.state !== "drift") return chip("Not checked", true);
    const found = worstOf(findingsOf(`${row.principal} ${row.accounts[0]}`));
    const link = (label) => el("a", { class: "link", href: address("findings", { account: accountName(row.accounts[0]), principal: principalId(row.principal) }) }, label);
    return found < 0 ? link("Deviates") : [severityIcon(severityOf(found)), " ", el("a", { class: "link", href: address("findings", { open: fingerprint(found) }) }, "Deviates")];
  }
  // Only what is wrong with this access, in these accounts: the same assignment can be wrong elsewhere, or for its keys.
  const needed = new Set(row.kinds.flatMap((level, kind) => (level > NO && (row.kind === "key") === kind < CHANGE_ACCOUNT ? NEEDED[kind] : [])));
  const about = findingsOf(`${row.principal} ${text(data.bypasses[row.bypass][7]).toLowerCase()}`);
  const found = worstOf(about.filter((i) => checkOf(i).needs.some((what) => needed.has(what)) && reachesAny(i, row.accounts)));
  if (found >= 0) {
    const words = doesCount(found) ? (severityOf(found) === "note" ? "Noted" : "Deviates") : titleCase(data.states[findings.state[found]]);
    return [severityIcon(severityOf(found)), " ", el("a", { class: "link", href: address("findings", { open: fingerprint(found) }) }, words)];
  }
  const lacks = data.not_checked.some(([, , where, what]) => (needed.has(what) || what === "policy") && (!where || row.accounts.some((a) => where.includes(a))));
  return lacks ? chip("Not checked", true) : "Matches";
}
