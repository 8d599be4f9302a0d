/**
 * What was typed and not sent outlives the presses beside it, and whoever leaves the page with it is asked first.
 *
 * Where a part of the page is replaced, its fields get back what stood in them unsent; the form that was sent what the
 * server refused, and what was typed since. The keyboard stays where it was. A field is known again by where its form is
 * sent and by its name. Nothing is stored, so passwords and files come back too. What only chooses what is shown
 * (`data-view`) counts for nothing, and so does a form sent elsewhere than it is saved, for a preview.
 */

const refused = new Set(); // where forms are sent whose text came back from the server, as if it had been saved
let carried = [];
let leaving = null;

const forms = (root) => [...root.querySelectorAll('form[method="post"]')];
const fields = (form) =>
  [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.matches("button, :disabled, [data-view] *"));
const ticked = (field) => field.type === "checkbox" || field.type === "radio";

function changed(field) {
  if (ticked(field)) {
    return field.checked !== field.defaultChecked;
  }
  if (field.type === "file") {
    return field.files.length > 0;
  }
  if (field.options) {
    return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
  }
  return field.value !== field.defaultValue;
}

const unsent = (form) => fields(form).filter((field) => refused.has(form.action) || changed(field));

/** The fields of that name in all forms that are sent there, in their order. */
function alike(root, action, name) {
  const sent = forms(root).filter((form) => form.action === action);
  return sent.flatMap(fields).filter((field) => field.name === name);
}

function putBack({ action, name, index, old, carries, place }) {
  const field = alike(document, action, name)[index];
  if (!field) {
    return;
  }
  if (carries) {
    restore(field, old);
  }
  if (place) {
    field.focus({ preventScroll: true });
    if (typeof place.start === "number") {
      field.setSelectionRange(place.start, place.end);
    }
  }
}

function restore(field, old) {
  if (ticked(field)) {
    field.checked = old.checked;
  } else if (field.type === "file") {
    field.files = old.files;
  } else if (field.value !== old.value) {
    field.value = old.value;
  }
  const fold = field.closest("details");
  if (fold) {
    fold.open = true;
  }
}

/** Changed after the form was sent with what it says. */
const since = (field, sent) => !ticked(field) && field.type !== "file" && !sent.getAll(field.name).includes(field.value);

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap) {
    return;
  }
  const { elt, formData } = detail.requestConfig;
  const form = elt.matches("form") && elt.getAttribute("action") === detail.pathInfo.requestPath ? elt : null;
  const taken = detail.xhr.status < 400;
  if (form) {
    refused[taken ? "delete" : "add"](form.action);
  }
  const active = document.activeElement;
  carried = forms(detail.target).flatMap((one) => {
    const wanted = unsent(one).filter((field) => one !== form || !taken || since(field, formData));
    return fields(one)
      .filter((field) => wanted.includes(field) || field === active)
      .map((old) => ({
        action: one.action,
        name: old.name,
        index: alike(detail.target, one.action, old.name).indexOf(old),
        old: old,
        carries: wanted.includes(old),
        place: old === active ? { start: old.selectionStart, end: old.selectionEnd } : null,
      }));
  });
});

// Only then: while it settles, htmx puts every attribute back to what the server sent.
document.addEventListener("htmx:afterSettle", () => {
  carried.forEach(putBack);
  carried = [];
});

document.addEventListener("submit", (event) => {
  leaving = event.defaultPrevented ? null : event.target; // htmx has kept the others on the page
});

window.addEventListener("beforeunload", (event) => {
  if (forms(document).some((form) => form !== leaving && unsent(form).length > 0)) {
    event.preventDefault();
  }
  leaving = null;
});

/** What is wrong stands beside its field, or above the form. */
const amiss = (form) =>
  form.querySelector('.bad, [aria-invalid="true"]') || (form.previousElementSibling && form.previousElementSibling.matches(".bad"));

forms(document)
  .filter(amiss)
  .forEach((form) => refused.add(form.action));
