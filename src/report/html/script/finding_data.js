// One finding: its texts with the names put back, its proof, and what it reaches.

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

const titleOf = (i) => unfold(text(findings.title[i]), namesOf(i));
const message = (i) => unfold(text(findings.message[i]), namesOf(i));
const checkOf = (i) => data.checks[findings.check[i]];
const severityOf = (i) => severities[findings.severity[i]];
const fingerprint = (i) => findings.fingerprints.substr(i * FINGERPRINT, FINGERPRINT);

// Who answers for the accounts that a finding concerns.
const ownersOf = (i) => (findings.owner[i] < 0 ? [] : text(findings.owner[i]).split(", "));
const ownerNames = [...new Set(findings.owner.flatMap((_, i) => ownersOf(i)))];

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
    draft: findings.draft[i] < 0 ? "" : data.drafts[findings.draft[i]].map(unfolded).join("\n"),
    reach: findings.reach[i] < 0 ? null : reach(findings.reach[i]),
    account: findings.account[i],
    owner: text(findings.owner[i]),
    principal,
    scope: text(findings.scope[i]),
    subject: unfolded(findings.subject[i]),
    actions: data.sets[findings.actions[i]].map(action),
    title: unfolded(findings.title[i]),
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
    principal: principal < 0 ? null : { place: principal, id: principalId(principal) },
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
  const [scope, runs, hidden] = data.reaches[place];
  return { scope: text(scope), number: runs.reduce((sum, [, count]) => sum + count, hidden), hidden, runs };
}

// A bypass of role assignments. Without an action, the definition of the Azure role couldn't be read.
function bypassAt(place) {
  const [principal, kind, what, pattern, roleId, roleName, scope, assignment, eligible] = data.bypasses[place];
  return { principal, kind, action: what < 0 ? null : action(what), pattern: text(pattern), role: { id: text(roleId), name: text(roleName) }, scope: text(scope), assignment: text(assignment), eligible };
}
