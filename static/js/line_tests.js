/** A room's line tests, for the staff: the list follows what the room sends, what is being filled in stays. */

import { connectLive } from "./live.js";
import { clockFromPage } from "./lib/clock.js";

const page = document.querySelector("[data-line-tests]");

function load() {
  fetch(window.location.href, { cache: "no-store" })
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
    .then((html) => {
      const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-tests]");
      if (fresh) {
        document.querySelector("[data-tests]").replaceWith(fresh);
      }
    })
    .catch(() => {}); // asked again at the next change, or when the line comes back
}

let joined = false;
const live = connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clockFromPage(Number(page.dataset.now)),
  on: {
    snapshot() {
      if (!joined) {
        joined = true;
        load(); // what came between the making of the page and this
      }
    },
    line(up) {
      document.querySelector("[data-offline]").hidden = up;
      if (up) {
        load();
      }
    },
  },
});
live.listen("technical_changed", ({ codes }) => codes.includes(page.dataset.code) && load());
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reconnect]")) {
    window.dispatchEvent(new Event("online")); // live.js asks the server at once when the network says it is back
  }
});
