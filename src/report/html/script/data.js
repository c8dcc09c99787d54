// The data of the report, and what is asked of it. Nothing here touches the document except to read the data block.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const { strings, findings, accounts, actions, slots } = data;
const FINGERPRINT = 32;
const SAME = -2;
const findingCount = findings.check.length;
const accountCount = accounts.id.length;
// The worst last in the data, as severities are numbered.
const severities = data.severities;

const text = (place) => (place < 0 ? "" : strings[place]);
const subscriptionNames = new Map(data.subscriptions.map(([id, name]) => [text(id).toLowerCase(), text(name)]));

function principalName(place) {
  const [id, name] = data.principals[place];
  return name < 0 ? text(id) : text(name);
}
const principalKind = (place) => data.principals[place][2].replace("-", " ");
const principalId = (place) => text(data.principals[place][0]);
const accountName = (place) => (place < 0 ? "" : text(accounts.name[place]));
const action = (place) => ({
  full: text(actions[place][0]),
  short: text(actions[place][1]),
  verb: text(actions[place][2]),
});
const policyPlace = (place) => {
  if (place < 0) return "";
  const [file, line, column] = data.places[place];
  return `${text(file)}:${line}:${column}`;
};

// The names that were folded out of a finding's texts, in the order of their marks.
function namesOf(i) {
  const account = findings.account[i];
  const principal = findings.principal[i];
  return [
    accountName(account),
    account < 0 ? "" : text(accounts.group[account]),
    account < 0 ? "" : text(accounts.subscription[account]),
    account < 0 ? "" : text(accounts.id[account]),
    principal < 0 ? "" : principalId(principal),
    principal < 0 ? "" : text(data.principals[principal][1]),
    text(findings.scope[i]),
    text(findings.subject_name[i]),
  ];
}

// Puts the names back. Only marks are control characters: all others were written as escapes.
const unfold = (folded, names) => folded.replace(/[\x01-\x08]/g, (mark) => names[mark.charCodeAt(0) - 1]);

const message = (i) => unfold(text(findings.message[i]), namesOf(i));
const checkOf = (i) => data.checks[findings.check[i]];
const severityOf = (i) => severities[findings.severity[i]];
const fingerprint = (i) => findings.fingerprints.substr(i * FINGERPRINT, FINGERPRINT);

// Everything about one finding, in words.
function finding(i) {
  const names = namesOf(i);
  const unfolded = (place) => unfold(text(place), names);
  const principal = findings.principal[i];
  return {
    fingerprint: fingerprint(i),
    check: checkOf(i),
    severity: severityOf(i),
    possible: findings.possible[i] === 1,
    state: data.states[findings.state[i]],
    waiver: findings.waiver[i] < 0 ? null : waiver(findings.waiver[i]),
    reach: findings.reach[i] < 0 ? null : reach(findings.reach[i]),
    account: findings.account[i],
    principal,
    scope: text(findings.scope[i]),
    subject: unfolded(findings.subject[i]),
    actions: data.sets[findings.actions[i]].map(action),
    message: unfolded(findings.message[i]),
    policy: policyPlace(findings.policy[i]),
    remedy: unfolded(findings.remedy[i]),
    steps: data.steps[findings.steps[i]].map(([command, changes]) => ({ command: unfolded(command), changes: unfolded(changes) })),
    witness: findings.witness[i] < 0 ? null : witness(i, unfolded),
  };
}

function witness(i, unfolded) {
  const [who, what, where, azure, assignment, roleId, roleName, pattern] = data.witnesses[findings.witness[i]];
  const principal = who === SAME ? findings.principal[i] : who;
  return {
    principal: principal < 0 ? null : { id: principalId(principal), name: principalName(principal) },
    action: what < 0 ? null : action(what),
    scope: text(where === SAME ? findings.scope[i] : where),
    azureScope: text(azure),
    assignment: unfolded(assignment),
    role: roleName < 0 && roleId < 0 ? null : { id: unfolded(roleId), name: text(roleName) },
    pattern: text(pattern),
  };
}

function waiver(place) {
  const [expires, reason, policy] = data.waivers[place];
  return { expires: text(expires), reason: text(reason), policy: policyPlace(policy) };
}

// The accounts that an assignment of an Azure role reaches, as far as the finding concerns them.
function reach(place) {
  const [scope, runs] = data.reaches[place];
  return { scope: text(scope), number: runs.reduce((sum, [, count]) => sum + count, 0), runs };
}

// A bypass of the account's own roles.
function route(place) {
  const [principal, kind, what, pattern, roleId, roleName, scope, assignment, eligible] = data.bypasses[place];
  return { principal, kind, action: action(what), pattern: text(pattern), role: { id: text(roleId), name: text(roleName) }, scope: text(scope), assignment: text(assignment), eligible };
}

const bypassVerb = (kind) => data.bypass_kinds[kind][0];
const isOfKeys = (kind) => data.bypass_kinds[kind][1];

const doesCount = (i) => findings.state[i] === 0;

// The finding with this fingerprint, or -1.
function findingByFingerprint(wanted) {
  if (!/^[0-9a-f]{32}$/.test(wanted)) return -1;
  const all = findings.fingerprints;
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
    // A hit across two neighbours is none.
    if (at % FINGERPRINT === 0) return at / FINGERPRINT;
  }
  return -1;
}

let accountPlaces = null;
// The account with this name, or -1.
function accountByName(name) {
  accountPlaces ??= new Map(accounts.name.map((place, i) => [text(place), i]));
  return accountPlaces.get(name) ?? -1;
}

// How many findings that count concern an account, per severity: its own, and those of Azure roles that reach it.
const accountFindings = (() => {
  let counts = null;
  return (place) => {
    if (counts === null) {
      counts = new Uint32Array((accountCount + 1) * severities.length);
      for (let i = 0; i < findingCount; i++) {
        if (!doesCount(i)) continue;
        const own = findings.account[i];
        const runs = findings.reach[i] < 0 ? [] : data.reaches[findings.reach[i]][1];
        const add = (account) => counts[account * severities.length + findings.severity[i]]++;
        for (const [first, number] of runs) for (let account = first; account < first + number; account++) add(account);
        if (own >= 0 && !runs.some(([first, number]) => first <= own && own < first + number)) add(own);
      }
    }
    return counts.subarray(place * severities.length, (place + 1) * severities.length);
  };
})();

// What the search looks through, in lower case. Made in idle moments, a few milliseconds each, so that the first search finds
// it ready and nobody waits for it.
const IDLE = 8;
const haystacks = [];
function haystack(i) {
  return (haystacks[i] ??= [message(i), ...namesOf(i), checkOf(i).id, fingerprint(i), unfold(text(findings.subject[i]), namesOf(i))]
    .join("\n")
    .toLowerCase());
}
function prepareSearch(from = 0) {
  const later = window.requestIdleCallback ?? ((then) => setTimeout(then, 30));
  later(() => {
    const start = performance.now();
    let i = from;
    while (i < findingCount && performance.now() - start < IDLE) haystack(i++);
    if (i < findingCount) prepareSearch(i);
  });
}
