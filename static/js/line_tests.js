/** A room's line tests, for the staff: the list follows what the room sends, what is being filled in stays. */

import { connectLive } from "./live.js";
import { clockFromPage } from "./lib/clock.js";

const page = document.querySelector("[data-line-tests]");

function load() {
  fetch(window.location.href, { cache: "no-store" })
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
    .then((html) => {
      const fresh = new DOMParser().parseFromString(html, "text/html");
      const [now, next] = [document, fresh].map((from) => from.getElementById("line-tests"));
      if (!next) {
        return;
      }
      if (Boolean(now.querySelector("form")) === Boolean(next.querySelector("form"))) {
        now.querySelector("[data-tests]").replaceWith(next.querySelector("[data-tests]"));
      } else {
        now.replaceWith(next); // the conference was closed or opened again: nothing, or anew something, can be recorded
        window.htmx.process(next);
      }
    })
    .catch(() => {}); // asked again at the next change, or when the line comes back
}

const live = connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clockFromPage(Number(page.dataset.now)),
  on: {
    snapshot() {},
    line: (up) => (document.querySelector("[data-offline]").hidden = up),
    connected: load, // what came before
  },
});
live.listen("technical_changed", ({ codes }) => (!codes.length || codes.includes(page.dataset.code)) && load());
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reconnect]")) {
    window.dispatchEvent(new Event("online")); // live.js asks the server at once when the network says it is back
  }
});
