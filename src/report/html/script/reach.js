// Who can do what, over all accounts: through role assignments, through Azure roles, and with account keys.

const [NO, POSSIBLE, INDIRECT, YES] = [0, 1, 2, 3];
const LEVELS = ["No", "Possible", "Indirect", "Yes"];
const [READ, WRITE, DELETE, MANAGE] = [0, 1, 2, 3];
const COLUMNS = ["Read", "Write", "Delete", "Manage"];
const SLOT_COLUMN = { read: READ, query: READ, write: WRITE, execute: WRITE, delete: DELETE };
// In the order of the data.
const [READ_KEYS, READ_ONLY_KEYS, CHANGE_ACCOUNT, GRANT_DATA, ASSIGN_ROLES] = [0, 1, 2, 3, 4];
// What of an account was not read in full, in the order of the data.
const [DEFINITIONS, ASSIGNMENTS, DATABASES, PRINCIPALS] = [0, 1, 2, 3];
const partly = (i, list) => accounts.partly[i][list];

// What a role lets its holders do, column by column.
const roleLevels = (() => {
  const known = [];
  return (role) => {
    if (role < 0) return [POSSIBLE, POSSIBLE, POSSIBLE, NO];
    if (!known[role]) {
      const levels = [NO, NO, NO, NO];
      for (const [, slot, certain] of data.roles[role][4]) {
        const column = SLOT_COLUMN[slots[slot][1]];
        if (column !== undefined) levels[column] = Math.max(levels[column], certain ? YES : POSSIBLE);
        // What stored procedures do isn't known.
        if (slots[slot][1] === "execute") for (const other of [READ, DELETE]) levels[other] = Math.max(levels[other], POSSIBLE);
      }
      known[role] = levels;
    }
    return known[role];
  };
})();

// Names of databases and containers may be written in several ways.
function scopeParts(scope) {
  const decoded = scope.split("/").filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part).toLowerCase();
    } catch {
      return part.toLowerCase();
    }
  });
  return [decoded[1], decoded[3]].filter((part) => part !== undefined);
}
const coversScope = (wide, narrow) => wide.every((part, i) => narrow[i] === part);
// Whether a grant says something of what is asked about: all of it, or a part of it.
const meetsScope = (grant, asked) => coversScope(grant, asked) || coversScope(asked, grant);

// Whether the account has the database; `null`: that is not known.
function hasDatabase(account, asked) {
  if (asked.length === 0) return true;
  const names = accounts.database_names[account];
  if (names?.some((name) => scopeParts(`/dbs/${text(name)}`)[0] === asked[0])) return true;
  return names ? false : null;
}

const KEYS = { anyone: YES, passwords: YES, enabled: YES, unknown: POSSIBLE, disabled: NO, none: NO };
const noKeys = () => ({ anyone: [], passwords: [], enabled: [], unknown: [], disabled: [], none: [] });
const isCluster = (account) => accounts.sign_in[account] > 0;
// What opens a cluster to others than identities: nothing is needed, or a password that nobody is known to have.
const openCluster = (account) => (accounts.sign_in[account] === 2 ? "anyone" : accounts.keys_refused[account] === false ? "passwords" : "none");
// Whether account keys are worth something: `enabled`, `disabled`, or `unknown`; a cluster has `none`.
const keysOf = (account) => (isCluster(account) ? "none" : accounts.keys_refused[account] === null || accounts.keys_doubtful[account] ? "unknown" : accounts.keys_refused[account] ? "disabled" : "enabled");

// The groups that a principal is in, itself first.
function identitiesOf(principal) {
  const id = principalId(principal);
  const all = [id];
  for (const [group, { members }] of groupRows) {
    if (members.some((member) => principalId(member) === id)) all.push(group);
  }
  return new Set(all);
}

// What is asked: a column or `keys` or `any`, a scope, an account, a principal.
function answerRows({ what, scope, account, principal }) {
  const asked = scopeParts(scope);
  const who = principal >= 0 ? identitiesOf(principal) : null;
  const isAsked = (place) => !who || who.has(principalId(place));
  const rows = { role: [], azure: new Map(), key: new Map(), keys: noKeys() };
  const looked = { accounts: [], unread: [], maybe: [] };
  for (let a = 0; a < accountCount; a++) {
    if (account >= 0 && a !== account) continue;
    const there = hasDatabase(a, asked);
    if (there === false) continue;
    looked.accounts.push(a);
    if (there === null) looked.maybe.push(a);
    if (partly(a, ASSIGNMENTS) || partly(a, DEFINITIONS)) looked.unread.push(a);
    rows.keys[isCluster(a) ? openCluster(a) : keysOf(a)].push(a);
    roleRows(a, asked, isAsked, rows.role);
    bypassRows(a, isAsked, rows);
  }
  const fits = ({ levels }) => what === "any" || what === "keys" || levels[what] > NO;
  const role = what === "keys" ? [] : rows.role.filter(fits);
  const azure = what === "keys" ? [] : [...rows.azure.values()].filter(fits).filter((row) => row.levels.some((level) => level > NO));
  const key = [...rows.key.values()].filter((row) => what === MANAGE ? false : what === "keys" || what === "any" || row.levels[what] > NO);
  const paths = pathRows(isAsked, looked.accounts);
  const path = paths.filter((row) => what === "any" || (what === "keys" ? row.isIdentity : row.levels[what] > NO));
  return { role, azure, key, path, paths, keys: what === MANAGE ? noKeys() : rows.keys, looked };
}

// The role assignments of an account, those of one principal and one role together.
function roleRows(a, asked, isAsked, out) {
  const byKey = new Map();
  for (const [at, [row, role, column]] of accounts.grants[a].entries()) {
    const [principal, , state] = accounts.principals[a][row];
    const scope = text(accounts.scopes[a][column]);
    if (!isAsked(principal) || !meetsScope(scopeParts(scope), asked)) continue;
    const key = `${principal} ${role}`;
    if (!byKey.has(key)) {
      const made = { kind: "role", key: `r ${a} ${key}`, principal, role, accounts: [a], scopes: [], assignments: [], levels: roleLevels(role), state: text(state) };
      byKey.set(key, made);
      out.push(made);
    }
    byKey.get(key).scopes.push(scope);
    byKey.get(key).assignments.push(data.assignments[a][at]);
  }
}

// What Azure roles give in an account: directly the keys, indirectly everything. Accounts of one assignment where it comes to
// the same are one row.
function bypassRows(a, isAsked, rows) {
  const byAssignment = new Map();
  for (const [place, certain] of accounts.bypasses[a]) {
    const bypass = data.bypasses[place];
    if (!isAsked(bypass[0])) continue;
    const key = `${bypass[0]} ${bypass[7]}`;
    if (!byAssignment.has(key)) byAssignment.set(key, { place, kinds: [NO, NO, NO, NO, NO], places: [] });
    const one = byAssignment.get(key);
    one.kinds[bypass[1]] = Math.max(one.kinds[bypass[1]], certain && !bypass[8] ? YES : POSSIBLE);
    one.places.push(place);
  }
  const add = (to, kind, key, one, levels) => {
    // Whether keys can be read as well makes another row only among the keys.
    const whole = `${key} ${levels} ${kind === "key" ? one.kinds : one.kinds.slice(CHANGE_ACCOUNT)}`;
    if (!to.has(whole)) to.set(whole, { kind, key: `${kind[0]} ${whole}`, principal: data.bypasses[one.place][0], bypass: one.place, places: one.places, kinds: one.kinds, levels, accounts: [] });
    to.get(whole).accounts.push(a);
  };
  const keys = KEYS[keysOf(a)];
  for (const [key, one] of byAssignment) {
    const { kinds } = one;
    // Whoever can enable keys and read them needs no role.
    const reenable = keys === YES ? NO : Math.min(kinds[CHANGE_ACCOUNT], Math.max(kinds[READ_KEYS], kinds[READ_ONLY_KEYS]));
    const rewrite = keys === YES ? NO : Math.min(kinds[CHANGE_ACCOUNT], kinds[READ_KEYS]);
    const grants = Math.max(kinds[GRANT_DATA], kinds[ASSIGN_ROLES]);
    const indirect = (level) => (level === YES ? INDIRECT : level);
    const others = Math.max(kinds[CHANGE_ACCOUNT], kinds[GRANT_DATA], kinds[ASSIGN_ROLES]);
    const levels = [indirect(Math.max(grants, reenable)), indirect(Math.max(grants, rewrite)), indirect(Math.max(grants, rewrite)), others];
    if (others > NO) add(rows.azure, "azure", key, one, levels);
    if (kinds[READ_KEYS] === NO && kinds[READ_ONLY_KEYS] === NO) continue;
    const write = Math.min(keys, kinds[READ_KEYS]);
    const read = Math.min(keys, Math.max(kinds[READ_KEYS], kinds[READ_ONLY_KEYS]));
    add(rows.key, "key", `${key} ${keysOf(a)}`, one, [read, write, write, NO]);
  }
}
