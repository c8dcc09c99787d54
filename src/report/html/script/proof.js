// The proof of a finding: one concrete action, and the chain that grants it, as a sentence and link by link.

// The chain: what it is, its name, more about it, and its id.
function chainOf(one) {
  const { witness: seen } = one;
  if (!seen) return [];
  const azure = Boolean(seen.azureScope);
  const links = [];
  if (seen.principal) links.push(["Principal", principalTitle(seen.principal.place), principalKind(seen.principal.place), seen.principal.id]);
  const members = seen.principal ? membersOf(seen.principal.place) : null;
  if (members) links.push(["Members", listed(members.map(principalTitle), 6), isWholeGroup(seen.principal.place) ? "" : "not all members are known", ""]);
  const where = azure ? azurePlace(seen.azureScope) : seen.scope === "/" ? "the whole account" : seen.scope;
  if (seen.assignment) links.push([azure ? "Azure role assignment" : "Role assignment", where ? `at ${where}` : "", "", seen.assignment]);
  else if (where) links.push(["Scope", where, "", seen.azureScope]);
  if (seen.role) links.push([azure ? "Azure role" : "Role definition", seen.role.name || "unknown role", "", seen.role.id]);
  if (seen.action) {
    const short = seen.action.short.split("/").slice(-2).join("/");
    const pattern = seen.pattern && seen.pattern !== seen.action.short ? `matches ${seen.pattern.split("/").slice(-2).join("/")}` : "";
    links.push([azure ? "Action" : "Data action", el("code", { title: seen.action.full }, short), pattern, ""]);
  } else if (seen.pattern) {
    links.push(["Pattern", el("code", {}, seen.pattern), "", ""]);
  }
  return links;
}

function proof(one) {
  const links = chainOf(one);
  if (links.length === 0) return null;
  const sentence = proofSentence(one.witness, one);
  const id = (full) => (full ? el("code", { class: "id", title: full }, shortId(lastSegment(full))) : el("span"));
  return section(
    "Proof",
    sentence ? el("p", { class: "proof-sentence sub" }, sentence) : null,
    el("ol", { class: "chain" }, links.map(([kind, name, more, full]) => el("li", {}, el("span", { class: "k" }, kind), el("span", { class: "v" }, name, more ? el("small", {}, ` ${more}`) : null), id(full)))),
  );
}

// `seen`: the witness.
function proofSentence(seen, one) {
  if (!seen) return null;
  const where = seen.azureScope ? ` at ${azurePlace(seen.azureScope)}` : seen.scope === "/" ? " in the whole account" : seen.scope ? ` in ${seen.scope}` : "";
  const who = seen.principal ? principalTitle(seen.principal.place) : "";
  const verb = seen.action?.verb.replaceAll("`", "") ?? "";
  const role = seen.role ? seen.role.name || lastSegment(seen.role.id) : "";
  const pattern = seen.pattern && seen.action && seen.pattern !== seen.action.short ? ` ${role ? "Its" : "The role's"} pattern ${seen.pattern} matches ${seen.action.short}.` : "";
  const can = one.possible ? "can possibly" : "can";
  const kind = seen.azureScope ? "Azure role" : "role";
  if (who && verb && seen.assignment) return `${who} ${can} ${verb}${where}, because ${role ? `the ${kind} ${role}` : `a ${kind}`} is assigned.${pattern}`;
  if (who && verb) return `${who} needs to ${verb}${where}. No role assignment allows it.`;
  if (role && verb) return `The ${kind} ${role} allows its holders to ${verb}.${pattern}`;
  if (who && seen.assignment) return `The role assignment gives ${who} ${role ? `the ${kind} ${role}` : `a ${kind} that doesn't exist`}${where}.`;
  if (role && seen.pattern) return `The ${kind} ${role} has the pattern ${seen.pattern}.`;
  return null;
}

const groupRows = new Map(data.groups.map(([id, members, all]) => [text(id), { members, all }]));
const membersOf = (principal) => {
  const row = groupRows.get(principalId(principal));
  return row?.members.length ? row.members : null;
};
const isWholeGroup = (principal) => groupRows.get(principalId(principal))?.all === true;
