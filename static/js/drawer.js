/**
 * The panel over the right edge: closes by its links and by Esc, takes the keyboard when it opens and gives it back.
 *
 * The server sends it as #drawer, with the id of what opened it in `data-opener`; without scripts the same form is a
 * page of its own.
 */

const FIELD = "select, textarea, input:not([type=hidden])";

let closings = 0;
const asked = new WeakMap(); // of each request out of the drawer: how often that had been closed before

function closeDrawer() {
  const drawer = document.getElementById("drawer");
  if (!drawer.firstElementChild) {
    return;
  }
  const opener = document.getElementById(drawer.dataset.opener);
  closings += 1;
  drawer.replaceChildren();
  drawer.className = "";
  document.dispatchEvent(new CustomEvent("drawer-closed"));
  if (opener) {
    opener.focus({ preventScroll: true });
  }
}

let openerId = null;

// What was pressed in it is answered after it was closed: done it is, and nobody wants it open again. A refusal is shown.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt.closest("#drawer")) {
    asked.set(detail.requestConfig, closings);
  }
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const before = asked.get(detail.requestConfig);
  if (detail.target.id === "drawer" && before !== undefined && before !== closings && !detail.isError) {
    detail.shouldSwap = false;
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-drawer]")) {
    event.preventDefault();
    closeDrawer();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    closeDrawer();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const drawer = document.getElementById("drawer");
  if (!drawer.firstElementChild) {
    // Saved: the keyboard goes back to what opened it, which has just come anew.
    const opener = openerId && document.getElementById(openerId);
    openerId = null;
    if (opener && document.activeElement === document.body) {
      opener.focus({ preventScroll: true });
    }
    return;
  }
  if (event.detail.target.id !== "drawer") {
    return;
  }
  openerId = drawer.dataset.opener;
  drawer.tabIndex = -1; // a click between its fields keeps the keyboard in it, away from the page's own keys
  // A field, not the link beside the heading that closes the panel: Enter would. By touch it would raise a keyboard.
  const first =
    drawer.querySelector("[data-rival] input:checked") ||
    drawer.querySelector("[aria-invalid='true']") ||
    (!matchMedia("(pointer: coarse)").matches && drawer.querySelector(FIELD)) ||
    drawer.querySelector("a");
  if (first) {
    first.focus();
  }
  if (!drawer.contains(document.activeElement)) {
    drawer.focus(); // that field is folded away
  }
});
