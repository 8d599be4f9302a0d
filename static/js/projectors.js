/**
 * The projectors on a working page: keeps their list as the server has it, and counts how long one lags by now.
 *
 *   const projectors = followProjectors(clock, "screens");   // the id of the list on this page
 *   live.listen("projectors_changed", () => projectors.refresh());
 */

import { follow } from "./follow.js";
import { setText } from "./line_state.js";

const TICK_MS = 1000;
const AROUND_MS = 1000;
/** Within three seconds each process of the server knows what another one has heard of its projectors. */
const ALL_KNOW_MS = 4000;

export function followProjectors(clock, id) {
  const following = follow({ id: id, trigger: "projectors-changed", before() {}, after: count });

  function count() {
    document.querySelectorAll("[data-late-since]").forEach((place) => {
      const seconds = Math.floor((clock.nowMs() - Number(place.dataset.lateSince)) / 1000);
      setText(place, `chậm ${Math.max(3, seconds)} giây`);
    });
  }

  // The fragment around the list brought one of when it was asked for, and an answer for the list that it replaced is lost.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const list = document.getElementById(id);
    const around = detail.target.id && detail.target.id !== id && document.getElementById(detail.target.id);
    if (list && around && around.contains(list)) {
      following.refresh(AROUND_MS);
    }
  });

  let later = null;

  /** Now, and once more when whichever process answers is sure to know. */
  function refresh() {
    following.refresh();
    window.clearTimeout(later);
    later = window.setTimeout(() => following.refresh(), ALL_KNOW_MS);
  }

  setInterval(count, TICK_MS);
  return { refresh: refresh };
}
