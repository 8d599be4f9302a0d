/**
 * The panel over the right edge: closes by its links and by Esc, takes the keyboard when it opens and gives it back.
 *
 * The server sends it as #drawer, with the id of what opened it in `data-opener`; without scripts the same form is a
 * page of its own.
 */

function closeDrawer() {
  const drawer = document.getElementById("drawer");
  if (!drawer.firstElementChild) {
    return;
  }
  const opener = document.getElementById(drawer.dataset.opener);
  drawer.replaceChildren();
  drawer.className = "";
  if (opener) {
    opener.focus({ preventScroll: true });
  }
}

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
  if (event.detail.target.id !== "drawer") {
    return;
  }
  const drawer = document.getElementById("drawer");
  const first = drawer.querySelector("[aria-invalid='true']") || drawer.querySelector("select, textarea, input:not([type=hidden]), a");
  if (first) {
    first.focus();
  }
});
