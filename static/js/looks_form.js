/** The choice of the stage's looks: the small scenes show what is chosen, before anybody saves it. */

import { wearLooks } from "./looks.js";

const form = document.querySelector("[data-looks]");
const frames = form.querySelectorAll("iframe");

function show(frame) {
  wearLooks(Object.fromEntries(new FormData(form)), frame.contentDocument.documentElement);
}

form.addEventListener("change", () => frames.forEach(show));
// A browser that goes back fills in what was chosen last; and a frame may come before or after this script.
frames.forEach((frame) => {
  frame.addEventListener("load", () => show(frame));
  show(frame);
});
