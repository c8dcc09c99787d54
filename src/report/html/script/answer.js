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

// Who can, certainly or possibly, who could after granting themselves access, and who has a path that none of these is.
function tally(answer, what) {
  const best = new Map();
  const others = new Map();
  const put = (to, principal, level) => level > NO && to.set(principal, Math.max(to.get(principal) ?? NO, level));
  for (const row of [...answer.role, ...answer.key, ...answer.azure]) {
    const level = what === "keys" ? keyLevel(row) : isDirect(row, what);
    put(best, row.principal, level === YES || level === NO ? level : POSSIBLE);
  }
  if (typeof what === "number" && what !== MANAGE) for (const row of answer.azure) if (!best.has(row.principal)) put(others, row.principal, row.levels[what]);
  const split = (levels, certain) => {
    const sure = [...levels.values()].filter((level) => level === certain).length;
    return [sure, levels.size - sure];
  };
  const [sure, possible] = split(best, YES);
  const [indirect, maybeIndirect] = split(others, INDIRECT);
  const paths = answer.path.filter((row) => !best.has(row.principal) && !others.has(row.principal));
  return { sure, possible, indirect, maybeIndirect, paths };
}
const keyLevel = (row) => Math.max(row.kinds[READ_KEYS], row.kinds[READ_ONLY_KEYS]);
const principalsOf = (rows) => new Set(rows.map((row) => row.principal)).size;

function placeWords({ scope, account }, looked) {
  const where = scope ? ` ${scope}` : "";
  if (account >= 0) return `${accountName(account)}${where}`;
  if (looked.accounts.length === 1) return `${accountName(looked.accounts[0])}${where}`;
  const some = `one or more of ${count(looked.accounts.length, "account", "accounts")}`;
  return scope ? `${scope} of ${some}` : some;
}

// `4 more can grant themselves access, 1 possibly.`
function indirectWords(sure, possible) {
  if (sure + possible === 0) return "";
  if (sure === 0) return `${number(possible)} more possibly can grant themselves access.`;
  return `${number(sure)} more can grant themselves access${possible ? `, ${number(possible)} possibly` : ""}.`;
}

const moreByPath = (paths) => (paths.length ? `${count(principalsOf(paths), "more has", "more have")} other ways: ${pathWords(paths)}.` : "");

function answerSentence(asked, answer) {
  const [, verb, what] = asked.question;
  if (answer.looked.accounts.length === 0) return asked.account >= 0 ? `No principal can ${verb} in ${placeWords(asked, answer.looked)}: the account has no such database.` : asked.scope ? `No account is known to have ${asked.scope}.` : "This report has no accounts.";
  if (what === "keys") return keySentence(asked, answer);
  const { sure, possible, indirect, maybeIndirect, paths } = tally(answer, what);
  const where = placeWords(asked, answer.looked);
  const can = sure === 0 ? `No principal can certainly ${verb} in ${where}.` : `${count(sure, "principal", "principals")} can ${verb} in ${where}.`;
  const none = sure + possible + indirect + maybeIndirect + paths.length === 0 ? `No principal can ${verb} in ${where}, as far as it could be read.` : can;
  const first = sure === 0 && answer.keys.anyone.length ? anyoneWords(answer.keys.anyone) : none;
  return [first, possible ? `${count(possible, sure ? "more possibly can" : "principal possibly can", sure ? "more possibly can" : "principals possibly can")}.` : "", indirectWords(indirect, maybeIndirect), moreByPath(paths)].filter(Boolean).join(" ");
}

const anyoneWords = (list) => `Anyone who reaches ${listed(list.map(accountName), 3)} through the network has full access to the data there: ${list.length === 1 ? "it doesn't" : "they don't"} authenticate clients.`;

// Who can read keys that work, and who can read others: as the page of accounts names them.
function keySentence(asked, answer) {
  const { looked, key, keys } = answer;
  if (looked.accounts.every(isCluster)) return looked.accounts.length === 1 ? `${accountName(looked.accounts[0])} is a cluster, which has no account keys.` : "Clusters have no account keys.";
  const working = new Map();
  const all = new Map();
  for (const row of key) {
    const level = keyLevel(row);
    for (const to of row.accounts.some((a) => KEYS[keysOf(a)] > NO) ? [working, all] : [all]) to.set(row.principal, Math.max(to.get(row.principal) ?? NO, level));
  }
  const open = keys.enabled.length + keys.unknown.length;
  const sure = [...working.values()].filter((level) => level === YES).length;
  const possible = working.size - sure;
  const others = [...all].filter(([principal]) => !working.has(principal));
  const rest = others.filter(([, level]) => level === YES).length;
  const maybeRest = others.length - rest;
  const paths = answer.path.filter((row) => !all.has(row.principal));
  const state = keys.unknown.length ? "isn't disabled for certain" : "is enabled";
  const one = looked.accounts.length === 1 ? accountName(looked.accounts[0]) : "";
  const where = one ? `of ${one}` : `of ${count(open, "account", "accounts")} where key-based authentication ${state}`;
  const told = [];
  if (open === 0) told.push(`Key-based authentication is disabled on ${one || `all ${count(looked.accounts.length, "account", "accounts")}`}.`);
  else if (sure + possible === 0) told.push(`No principal can read keys ${where}, as far as it could be read.`);
  else told.push(sure ? `${count(sure, "principal", "principals")} can read keys ${where}${possible ? `, ${number(possible)} more possibly` : ""}.` : `${count(possible, "principal", "principals")} possibly can read keys ${where}.`);
  if (rest) told.push(open === 0 ? `${count(rest, "principal", "principals")} can read keys that have no effect${maybeRest ? `, ${number(maybeRest)} more possibly` : ""}.` : `${number(rest)} more can read only keys that have no effect${maybeRest ? `, ${number(maybeRest)} possibly` : ""}.`);
  else if (maybeRest) told.push(open === 0 ? `${count(maybeRest, "principal", "principals")} possibly can read keys that have no effect.` : `${number(maybeRest)} more possibly can read only keys that have no effect.`);
  return [...told, moreByPath(paths)].filter(Boolean).join(" ");
}

const inAccounts = (set) => (set.size === 1 ? accountName([...set][0]) : count(set.size, "account", "accounts"));

// Accounts in which the same can be done: what can be done, and where.
function byVerbs(levelOf, columns, wanted) {
  const verbs = { [READ]: "read", [WRITE]: "change", [DELETE]: "delete" };
  const groups = new Map();
  for (const [a, levels] of levelOf) {
    const words = listed(columns.filter((column) => wanted(levels[column])).map((column) => verbs[column]));
    if (!words) continue;
    if (!groups.has(words)) groups.set(words, new Set());
    groups.get(words).add(a);
  }
  return [...groups].sort(([, a], [, b]) => b.size - a.size);
}

// The same about one principal: in how many accounts, and with what.
function principalSentence(asked, answer) {
  const name = principalTitle(asked.principal);
  const [, verb, what] = asked.question;
  if (answer.looked.accounts.length === 0) return answerSentence(asked, answer);
  const columns = typeof what === "number" ? [what].filter((column) => column !== MANAGE) : [READ, WRITE, DELETE];
  const direct = new Map();
  for (const row of [...answer.role, ...answer.key]) {
    for (const a of row.accounts) {
      if (!direct.has(a)) direct.set(a, [NO, NO, NO, NO]);
      for (const column of columns) direct.get(a)[column] = Math.max(direct.get(a)[column], row.levels[column]);
    }
  }
  if (what === "keys") return principalKeys(name, asked, answer);
  const told = [];
  const say = (words) => told.push(`${told.length ? "They" : name} ${words}.`);
  for (const [words, set] of byVerbs(direct, columns, (level) => level === YES)) say(`can ${words} data in ${inAccounts(set)}`);
  for (const [words, set] of byVerbs(direct, columns, (level) => level === POSSIBLE)) say(`possibly can ${words} data in ${inAccounts(set)}`);
  const isDirectIn = (a) => columns.some((column) => (direct.get(a) ?? [])[column] > NO);
  const grants = [new Set(), new Set()];
  const manage = [new Set(), new Set()];
  for (const row of answer.azure) {
    for (const a of row.accounts) {
      const level = Math.max(NO, ...columns.map((column) => row.levels[column]));
      if (level > NO && !isDirectIn(a)) grants[level === INDIRECT ? 0 : 1].add(a);
      if (row.levels[MANAGE] > NO) manage[row.levels[MANAGE] === YES ? 0 : 1].add(a);
    }
  }
  for (const two of [grants, manage]) for (const a of two[0]) two[1].delete(a);
  const also = told.length ? "also " : "";
  grants.forEach((set, at) => set.size && say(`${at ? "possibly can" : "can"} ${also}grant themselves access in ${inAccounts(set)}`));
  if (!told.length || what === MANAGE) manage.forEach((set, at) => set.size && say(`${at ? "possibly can" : "can"} change ${inAccounts(set)}`));
  const reached = new Set(answer.paths.flatMap((row) => row.accounts));
  if (reached.size) say(`${told.length ? "also " : ""}can reach data in ${inAccounts(reached)} by ${pathWords(answer.paths)}`.replace("also can", "can also"));
  return told.join(" ") || `No role assignment, account key or Azure role that was read lets ${name} ${verb}${asked.account >= 0 || asked.scope ? ` in ${placeWords(asked, answer.looked)}` : ""}.`;
}

// Which keys a principal can read: those that work, and others.
function principalKeys(name, asked, { key, path }) {
  const best = new Map();
  for (const row of key) for (const a of row.accounts) best.set(a, Math.max(best.get(a) ?? NO, keyLevel(row)));
  const where = (test) => new Set([...best].filter(([a, level]) => test(KEYS[keysOf(a)] > NO, level === YES)).map(([a]) => a));
  const told = [];
  const say = (set, before, after = "") => set.size && told.push(`${told.length ? "They" : name} ${before} ${inAccounts(set)}${after}.`);
  say(where((works, sure) => works && sure), "can read keys of");
  say(where((works, sure) => works && !sure), "possibly can read keys of");
  say(where((works, sure) => !works && sure), "can read keys of", ", where they have no effect");
  say(where((works, sure) => !works && !sure), "possibly can read keys of", ", where they have no effect");
  say(new Set(path.flatMap((row) => row.accounts)), "possibly can read keys of", `, by ${pathWords(path)}`);
  return told.join(" ") || `No Azure role that was read lets ${name} read account keys${asked.account >= 0 ? ` of ${accountName(asked.account)}` : ""}.`;
}

// What else one has to know to read the answer.
function answerNotes(asked, answer) {
  const notes = [];
  const { looked, keys } = answer;
  const told = (list, one, many) => (list.length === 1 ? `${accountName(list[0])} ${one}` : `${count(list.length, "account", "accounts")} ${many}`);
  if (looked.unread.length) notes.push(`Role assignments of ${listed(looked.unread.map(accountName), 3)} couldn't be read in full, so more principals can have access.`);
  if (looked.maybe.length && asked.scope) notes.push(`It isn't known whether ${told(looked.maybe, "has", "have")} this database.`);
  if (asked.question[2] !== "keys" && keys.anyone.length && tally(answer, asked.question[2]).sure > 0) notes.push(anyoneWords(keys.anyone));
  if (asked.question[2] !== "keys" && keys.passwords.length) notes.push(`Anyone with the password of a database user has access to ${listed(keys.passwords.map(accountName), 3)}.`);
  if (keys.enabled.length) notes.push(`Anyone with an account key has access to ${keys.enabled.length > 3 ? count(keys.enabled.length, "account", "accounts") : listed(keys.enabled.map(accountName))}.`);
  else if (keys.disabled.length && !keys.unknown.length) notes.push(`Account keys give no access: key-based authentication is disabled on ${keys.disabled.length === 1 ? accountName(keys.disabled[0]) : "these accounts"}.`);
  // Whoever is in a group that has access has it, too.
  if (data.not_checked.some(([, , , what]) => what === "directory")) notes.push("Group members weren't read, so members of groups can have more access than is shown.");
  else if (data.groups.some(([, , all]) => !all)) notes.push("Not all group members are known, so others can have the access of their groups.");
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
  if (bypassAt(row.bypass).action === null) return chip("Not checked", true);
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
