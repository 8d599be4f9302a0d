/** The form of a conference: the short name follows the title until somebody types one; an hour only where it counts. */

import { slugOf } from "./lib/slug.js";

const title = document.querySelector("[data-title]");
const slug = document.querySelector("[data-slug]");

if (slug) {
  let follows = slug.value === "";
  slug.addEventListener("input", () => (follows = slug.value === ""));
  title.addEventListener("input", () => {
    if (follows) {
      slug.value = slugOf(title.value);
    }
  });
}

function showHour() {
  const half = document.querySelector("[data-half]");
  document.querySelector("[data-hour]").closest("label").hidden = half.value !== "other";
}

// The form may be replaced when it was sent.
["change", "htmx:afterSettle"].forEach((name) => document.addEventListener(name, showHour));
showHour();
