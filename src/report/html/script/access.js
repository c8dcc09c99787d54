// Who may do what in one account: grants turned into rows, columns and cells for the matrix.

const NO = 0;
const POSSIBLE = 1;
const CERTAIN = 2;

// What a role allows, slot by slot. `certain` wins over `possible`.
const roleSlots = new Map();
function slotsOfRole(role) {
  if (!roleSlots.has(role)) {
    const levels = slots.map(() => NO);
    for (const [, slot, certain] of data.roles[role]?.[4] ?? []) levels[slot] = Math.max(levels[slot], certain ? CERTAIN : POSSIBLE);
    roleSlots.set(role, levels);
  }
  return roleSlots.get(role);
}

// Whether a bypass is about keys that the account doesn't accept.
const isDisabled = (account, kind) => kind !== undefined && isOfKeys(kind) && accounts.keys_refused[account] === true;

class Access {
  constructor(account) {
    this.account = account;
    this.scopes = accounts.scopes[account].map(text);
    this.grants = accounts.grants[account].map(([row, role, column, covered, assignment]) => ({ row, role, column, behind: column + covered, scope: this.scopes[column], assignment: text(assignment) }));
    this.byRow = new Map();
    for (const grant of this.grants) {
      if (!this.byRow.has(grant.row)) this.byRow.set(grant.row, []);
      this.byRow.get(grant.row).push(grant);
    }
    this.rows = accounts.principals[account].map(([principal, assignments, state], row) => ({ row, principal, assignments, state: text(state) }));
    // Who has no role of the account's own may bypass them.
    const rowOf = new Map(this.rows.map(({ principal, row }) => [principal, row]));
    this.bypasses = new Map();
    for (const [place, certain] of accounts.bypasses[account]) {
      const one = { ...route(place), certain };
      if (!rowOf.has(one.principal)) {
        rowOf.set(one.principal, this.rows.length);
        this.rows.push({ row: this.rows.length, principal: one.principal, assignments: 0, state: "around" });
      }
      const key = `${rowOf.get(one.principal)} ${one.kind}`;
      if (!this.bypasses.has(key)) this.bypasses.set(key, []);
      this.bypasses.get(key).push(one);
    }
  }

  // The columns: the scopes of the account's own roles, and behind them what bypasses these through Azure roles.
  columns() {
    const used = [...new Set(accounts.bypasses[this.account].map(([place]) => data.bypasses[place][1]))].sort((a, b) => a - b);
    return [
      ...this.scopes.map((scope, column) => ({ group: "scope", key: scope, label: scope, cell: (row) => this.cell(row, column) })),
      ...used.map((kind) => ({ group: isDisabled(this.account, kind) ? "way group-disabled" : "way", key: `way ${kind}`, label: bypassVerb(kind), kind })),
    ];
  }

  // Through which Azure roles a principal bypasses them, the certain ones first.
  bypassesOf(row, kind) {
    return [...(this.bypasses.get(`${row} ${kind}`) ?? [])].sort((a, b) => b.certain - a.certain);
  }

  // What a principal may do in the scope of a column, and which grants say so: each covers its own column and some right
  // behind it.
  cell(row, column) {
    const grants = (this.byRow.get(row) ?? []).filter((grant) => grant.column <= column && column < grant.behind);
    const levels = slots.map(() => NO);
    for (const grant of grants) {
      slotsOfRole(grant.role).forEach((level, slot) => (levels[slot] = Math.max(levels[slot], level)));
    }
    return { grants, levels, inherited: grants.length > 0 && grants.every((grant) => grant.column !== column) };
  }
}

function cellWords(levels) {
  const words = slots.map(([, word], slot) => (levels[slot] === NO ? null : levels[slot] === POSSIBLE ? `possibly ${word}` : word));
  return words.filter(Boolean).join(", ") || "nothing";
}
