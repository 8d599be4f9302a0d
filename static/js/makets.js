/** Makets: whoever types a size of their own means that one. */

const own = document.querySelector('[name="own_size"]');

if (own) {
  own.addEventListener("input", () => (document.querySelector("[data-other]").checked = true));
}
