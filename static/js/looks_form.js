/** The choice of the stage's looks: the small scenes show what is chosen, before anybody saves it. */

import { wearLooks } from "./looks.js";

const form = () => document.querySelector("[data-looks]");
const frames = () => form().querySelectorAll("iframe");

/** A frame whose page has only begun to come has nothing in it; it is shown when it has come. */
function show(frame) {
  const root = frame.contentDocument && frame.contentDocument.documentElement;
  if (root) {
    wearLooks(Object.fromEntries(new FormData(form())), root);
  }
}

// The form is replaced when it was sent, so it is listened to from outside; what a frame tells does not bubble.
document.addEventListener("change", (event) => event.target.form === form() && frames().forEach(show));
document.addEventListener("load", (event) => event.target.matches("[data-looks] iframe") && show(event.target), true);
// A browser that goes back fills in what was chosen last; and a frame may come before this script.
frames().forEach(show);
