/**
 * The agenda editor: follows the running order, sends its presses, drags rows. The server renders everything.
 */

import { attachArranging } from "./console/arrange.js";
import "./console/drafts.js";
import { editorsChanged } from "./console/editors.js";
import { attachPresses } from "./console/presses.js";
import "./drawer.js";
import { follow } from "./follow.js";
import "./notice.js";
import { workLine } from "./work_line.js";
import { clockFromPage } from "./lib/clock.js";

const page = document.querySelector("[data-agenda]");
const table = () => document.getElementById("console");
const clock = clockFromPage(Number(table().dataset.now));
const version = () => Number(table().dataset.version);
const following = follow({ id: "console", trigger: "order-changed", before: remember, after: restore, busy: () => arranging.busy() });
const live = workLine({
  page: page,
  clock: clock,
  refresh: () => following.refresh(),
  snapshot: (snapshot) => snapshot.version !== version() && following.refresh(),
});
const arranging = attachArranging({ locked: live.lost, version: version, refresh: () => following.refresh() });

attachPresses({ locked: (form) => live.lost() && form.closest("#console, #drawer"), leftMs: () => null, on: () => null });

// The bin stays open through a swap.
let binOpen = false;

function remember() {
  const bin = document.getElementById("bin");
  binOpen = Boolean(bin && bin.open);
}

function restore() {
  const bin = document.getElementById("bin");
  if (bin) {
    bin.open = binOpen;
  }
  arranging.swapped();
  markOpen();
}

// Which row the form beside the table is about.
function markOpen() {
  const { opener } = document.getElementById("drawer").dataset;
  page.querySelectorAll(".row--open").forEach((row) => row.classList.remove("row--open"));
  const row = opener && document.getElementById(opener.replace("edit-", "row-"));
  if (row) {
    row.classList.add("row--open");
  }
}

new MutationObserver(markOpen).observe(page.querySelector(".desk__cols"), { childList: true, subtree: true });

// The row at fault comes into view with the keyboard on it, under the head of the table that stays.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#row-"]');
  const row = link && document.getElementById(link.hash.slice(1));
  if (row) {
    event.preventDefault();
    row.scrollIntoView({ block: "center" });
    const first = row.querySelector("a, button:not([hidden])");
    if (first) {
      first.focus({ preventScroll: true });
    }
  }
});

live.listen("console_changed", () => {
  editorsChanged();
  following.refresh();
});
