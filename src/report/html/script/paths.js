// Paths to accounts that no role of the account and no Azure role over it is: through an identity that has access, or a restored
// copy. The findings about them are all that the report knows of them.

const PATH_TITLE = "Through other identities or restored copies";

// What an identity can do is not in the finding, so through it everything is possible. A copy can be read.
function pathLevels(i, isIdentity) {
  if (isIdentity) return [POSSIBLE, POSSIBLE, POSSIBLE, POSSIBLE];
  return [findings.possible[i] ? POSSIBLE : INDIRECT, NO, NO, NO];
}

function pathRows(isAsked, looked) {
  const inside = new Set(looked);
  const rows = [];
  for (const [i, isIdentity] of data.paths) {
    if (findings.principal[i] < 0 || !isAsked(findings.principal[i])) continue;
    const reached = findings.reach[i] < 0 ? [findings.account[i]] : data.reaches[findings.reach[i]][1].flatMap(([first, number]) => Array.from({ length: number }, (_, at) => first + at));
    const here = reached.filter((a) => inside.has(a));
    if (here.length) rows.push({ kind: "path", key: `p ${i}`, finding: i, isIdentity, principal: findings.principal[i], accounts: here, levels: pathLevels(i, isIdentity) });
  }
  return rows;
}

// `by acting as another identity or reading a restored copy`
function pathWords(rows) {
  const ways = [rows.some((row) => row.isIdentity) ? "acting as another identity" : "", rows.some((row) => !row.isIdentity) ? "reading a restored copy" : ""];
  return ways.filter(Boolean).join(" or ");
}

const pathHow = (row) => el("div", {}, el("a", { class: "link", href: address("findings", { open: fingerprint(row.finding) }) }, titleOf(row.finding)));
function pathPolicy(row) {
  const words = doesCount(row.finding) ? (severityOf(row.finding) === "note" ? "Noted" : "Deviates") : titleCase(data.states[findings.state[row.finding]]);
  return [severityIcon(severityOf(row.finding)), " ", el("a", { class: "link", href: address("findings", { open: fingerprint(row.finding) }) }, words)];
}
