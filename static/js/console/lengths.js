/** The form of many lengths: a kind ticks its items, and an item that is taken out of a kind unticks the kind. */

document.addEventListener(
  "change",
  ({ target }) => {
    const form = target.closest("form[data-lengths]");
    if (!form) {
      return;
    }
    if (target.name === "kind") {
      form.querySelectorAll(`[name="item"][data-kind="${target.value}"]`).forEach((item) => (item.checked = target.checked));
    } else if (target.name === "item" && !target.checked) {
      form.querySelectorAll(`[name="kind"][value="${target.dataset.kind}"]`).forEach((kind) => (kind.checked = false));
    }
  },
  true // before the preview asks
);

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id === "drawer") {
    document.querySelectorAll("#drawer [data-unscripted]").forEach((button) => button.remove()); // it previews by itself
  }
});
