// Makes elements. Text always becomes a text node, so no name can become markup.

function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
function shape(severity) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#shape-${severity}`);
  svg.append(use);
  return svg;
}

// A severity told by shape, word and colour.
const severityLabel = (severity) => el("span", { class: `severity sev-${severity}` }, shape(severity), ` ${severity}`);

// A sentence in which names stand in backticks.
function rich(sentence) {
  return sentence.split("`").map((piece, i) => (i % 2 === 1 ? el("code", {}, piece) : piece));
}

const number = (value) => (value === null || value === undefined ? "unknown" : value.toLocaleString("en"));
// A count of what may not have been read in full.
const known = (value, partly) => (partly && value !== null && value !== undefined ? `at least ${number(value)}` : number(value));
const count = (value, one, many) => `${number(value)} ${value === 1 ? one : many}`;

// Name and value pairs; values that are empty are left out.
function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return el("dl", { class: "facts" }, shown.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

// Tells users of screen readers what changed.
function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

// What is copied is what is shown: a name with hidden characters cannot smuggle anything into a shell.
function copyButton(label, content, done) {
  const button = el("button", { type: "button", class: "button small" }, label);
  button.addEventListener("click", async () => {
    const copied = await copy(content());
    announce(copied ? done : "Copying failed; select the text instead");
    button.textContent = copied ? "Copied" : "Copying failed";
    setTimeout(() => (button.textContent = label), 1500);
  });
  return button;
}

async function copy(content) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    // Older browsers offer no clipboard to a page from disk.
    const area = el("textarea", { readonly: true, class: "unseen" });
    area.value = content;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
