/**
 * What was typed into an item's form outlives the form: a swap, a lost line, a sign-in that ended, a page loaded anew.
 *
 * A form `data-draft="7"` keeps what it holds in this tab's storage, together with how the item was when it was opened,
 * so that saving later still notices what somebody else has saved meanwhile. Saved or given up on purpose, it is
 * forgotten; closed by the way, it comes back when the item is opened again.
 */

const page = document.querySelector("[data-me]");
const PREFIX = `giaoban.${page.dataset.conference}.${page.dataset.me}.`;
const NEVER_KEPT = ["csrf_token", "command_id"];

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch (error) {
    return null; // no storage, or nothing to be read in it
  }
}

function write(name, value) {
  try {
    if (value === null) {
      sessionStorage.removeItem(PREFIX + name);
    } else {
      sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
    }
  } catch (error) {
    // No storage: the text lives as long as the form.
  }
}

const draftForm = () => document.querySelector("#drawer form[data-draft]");
const nameOf = (form) => `draft.${form.dataset.draft}`;

function keep(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => !NEVER_KEPT.includes(name) && typeof value === "string");
  write(nameOf(form), Object.fromEntries(fields));
}

/** Put a draft back into a form that was just opened; false when it says nothing else than the form. */
function bringBack(form, draft) {
  let differs = false;
  Object.entries(draft).forEach(([name, value]) => {
    const field = form.elements.namedItem(name);
    if (!field || field.disabled) {
      return;
    }
    const wanted = draft[`pick_${name}`] === "theirs" ? draft[`was_${name}`] : value;
    const hidden = field.type === "hidden";
    if (field.value !== wanted) {
      field.value = wanted;
      differs = differs || !hidden;
    }
  });
  return differs;
}

function opened(path) {
  const form = draftForm();
  if (!form) {
    return;
  }
  if (!form.hasAttribute("data-fresh")) {
    keep(form); // came back with a word about it
    return;
  }
  write("open", { path: path, draft: nameOf(form) });
  const draft = read(nameOf(form));
  if (draft && bringBack(form, draft)) {
    form.querySelector("[data-draft-back]").hidden = false;
  }
}

["input", "change"].forEach((name) =>
  document.addEventListener(name, (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) {
      return;
    }
    const rival = form.querySelector(`input[name="pick_${CSS.escape(event.target.name)}"][value="mine"]`);
    if (rival) {
      rival.checked = true; // whoever goes on typing means his own text
    }
    keep(form);
  })
);

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id === "drawer") {
    opened(detail.requestConfig.path);
  }
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.requestConfig.elt; // detail.elt is another one when the form is already gone
  if (detail.successful && form.matches("form[data-draft]")) {
    write(nameOf(form), null);
    write("open", null);
  }
});

document.addEventListener("drawer-closed", () => write("open", null));

document.addEventListener("click", (event) => {
  const dropping = event.target.closest("[data-drop-draft]");
  if (!dropping) {
    return;
  }
  const open = read("open");
  write(nameOf(dropping.form || dropping.closest("form")), null);
  if (open && !dropping.hasAttribute("data-close-drawer")) {
    load(open.path);
  }
}, true);

function load(path) {
  window.htmx.ajax("GET", path, { target: "#drawer", swap: "outerHTML" }).catch(() => {}); // notice.js says so
}

const left = read("open");
if (left && read(left.draft)) {
  load(left.path);
}
