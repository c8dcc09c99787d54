// Who may do what in one account: grants turned into rows, columns and cells for the matrix.

const NO = 0;
const POSSIBLE = 1;
const CERTAIN = 2;

// From the one that leads to the data at once to the one that leads to all others.
const WAYS = ["read-keys", "read-only-keys", "change-account", "grant-data", "assign-roles"];

// Database and container of a scope, as the report writes scopes.
function scopeParts(scope) {
  const [, database, container] = /^\/dbs\/(.*?)(?:\/colls\/(.*))?$/s.exec(scope) ?? [];
  return [database, container];
}

// Whether a grant at `wide` holds at `narrow`: scopes inherit downwards.
function covers(wide, narrow) {
  const [database, container] = scopeParts(wide);
  const [otherDatabase, otherContainer] = scopeParts(narrow);
  return (database === undefined || database === otherDatabase) && (container === undefined || container === otherContainer);
}

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

class Access {
  constructor(account) {
    this.account = account;
    this.grants = accounts.grants[account].map(([row, role, scope, assignment]) => ({ row, role, scope: text(scope), assignment: text(assignment) }));
    this.byRow = new Map();
    for (const grant of this.grants) {
      if (!this.byRow.has(grant.row)) this.byRow.set(grant.row, []);
      this.byRow.get(grant.row).push(grant);
    }
    this.rows = accounts.principals[account].map(([principal, assignments, state], row) => ({ row, principal, assignments, state: text(state) }));
    // Who has no role of the account's own may have a way round them.
    const rowOf = new Map(this.rows.map(({ principal, row }) => [principal, row]));
    this.ways = new Map();
    for (const [place, certain] of accounts.ways[account]) {
      const one = { ...route(place), certain };
      if (!rowOf.has(one.principal)) {
        rowOf.set(one.principal, this.rows.length);
        this.rows.push({ row: this.rows.length, principal: one.principal, assignments: 0, state: "around" });
      }
      const key = `${rowOf.get(one.principal)} ${one.way}`;
      if (!this.ways.has(key)) this.ways.set(key, []);
      this.ways.get(key).push(one);
    }
  }

  // The columns: the scopes of the account's own roles, and behind them the ways round these through Azure roles.
  columns() {
    const scopes = [...new Set(this.grants.map((grant) => grant.scope))].sort((a, b) => (a < b ? -1 : 1));
    const used = [...new Set(accounts.ways[this.account].map(([place]) => data.routes[place][1]))];
    used.sort((a, b) => WAYS.indexOf(data.ways[a][0]) - WAYS.indexOf(data.ways[b][0]));
    return [
      ...scopes.map((scope) => ({ group: "scope", key: scope, label: scope, cell: (row) => this.cell(row, scope) })),
      ...used.map((way) => ({ group: "way", key: `way ${way}`, label: data.ways[way][1], way })),
    ];
  }

  // Through which Azure roles a principal has a way, the certain ones first.
  waysOf(row, way) {
    return [...(this.ways.get(`${row} ${way}`) ?? [])].sort((a, b) => b.certain - a.certain);
  }

  // What a principal may do in a scope, and which grants say so.
  cell(row, scope) {
    const grants = (this.byRow.get(row) ?? []).filter((grant) => covers(grant.scope, scope));
    const levels = slots.map(() => NO);
    for (const grant of grants) {
      slotsOfRole(grant.role).forEach((level, slot) => (levels[slot] = Math.max(levels[slot], level)));
    }
    return { grants, levels, inherited: grants.length > 0 && grants.every((grant) => grant.scope !== scope) };
  }
}

function cellWords(levels) {
  const words = slots.map(([, word], slot) => (levels[slot] === NO ? null : levels[slot] === POSSIBLE ? `possibly ${word}` : word));
  return words.filter(Boolean).join(", ") || "nothing";
}
