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
const WORST_FIRST = [...severities.keys()].reverse();

const text = (place) => (place < 0 ? "" : strings[place]);
const subscriptionNames = new Map(data.subscriptions.map(([id, name]) => [text(id).toLowerCase(), text(name)]));

// What a principal is called; beside a name that others could have as well, its id stands in parentheses.
function principalName(place) {
  const [id, name] = data.principals[place];
  return name < 0 ? text(id) : text(name);
}
// The name alone, for where the id stands nearby or a title has to be short.
function principalTitle(place) {
  const name = principalName(place);
  const id = ` (${principalId(place)})`;
  return name.endsWith(id) ? name.slice(0, -id.length) : name === principalId(place) ? shortId(name) : name;
}
const principalKind = (place) => data.principals[place][2].replace("-", " ");
const principalPlaces = new Map(data.principals.map(([id], place) => [text(id), place]));
// Both ends of a GUID tell it from others on a screen.
const shortId = (id) => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id) ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
const principalId = (place) => text(data.principals[place][0]);
const subscriptionName = (i) => subscriptionNames.get(text(accounts.subscription[i]).toLowerCase()) || text(accounts.subscription[i]);
const lastSegment = (id) => id.split("/").filter(Boolean).pop() ?? id;
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

const titleCase = (word) => word.charAt(0).toUpperCase() + word.slice(1);

let accountPlaces = null;
// The account with this name, or -1.
function accountByName(name) {
  accountPlaces ??= new Map(accounts.name.map((place, i) => [text(place), i]));
  return accountPlaces.get(name) ?? -1;
}

// What the search looks through, in lower case. Made in idle moments, a few milliseconds each, so that the first search finds
// it ready and nobody waits for it.
const IDLE = 8;
const haystacks = [];
function haystack(i) {
  return (haystacks[i] ??= [titleOf(i), message(i), text(findings.owner[i]), ...namesOf(i), checkOf(i).id, fingerprint(i), unfold(text(findings.subject[i]), namesOf(i))]
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
