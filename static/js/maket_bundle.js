// Whoever asked for the ZIP of all makets gets it as soon as it is made, without pressing again. Without this script the
// link beside it does the same.

const FETCH = "[data-fetch]";

document.body.addEventListener("htmx:afterSwap", () => {
  const told = document.querySelector(FETCH);
  if (!told) return;
  const from = told.dataset.fetch;
  delete told.dataset.fetch; // once
  // A file to save: the page stays, and nobody is asked whether to leave it.
  const link = Object.assign(document.createElement("a"), { href: from, download: "" });
  document.body.append(link);
  link.click();
  link.remove();
});
