/** The form of a conference: the short name follows the title until somebody types one; an hour only where it counts. */

import { slugOf } from "./lib/slug.js";

const title = document.querySelector("[data-title]");
const slug = document.querySelector("[data-slug]");
const half = document.querySelector("[data-half]");

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
  document.querySelector("[data-hour]").closest("label").hidden = half.value !== "other";
}

half.addEventListener("change", showHour);
showHour();
