/**
 * From row to row of the running order with the arrows, Home and End, staying on the same tool: two dozen rows of tools
 * are too many for Tab alone. With Alt the arrows move the row itself (arrange.js).
 */

const TOOLS = "button:not([disabled]):not([hidden]), a[href]";
const WAYS = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };

document.addEventListener("keydown", (event) => {
  const way = WAYS[event.key];
  const row = way && event.target.closest(".order .row");
  if (!row || !event.target.matches(TOOLS) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  const rows = [...document.querySelectorAll(".order .row")].filter((other) => other.offsetHeight && other.querySelector(TOOLS));
  const to = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + way))];
  const same = [...to.querySelectorAll(TOOLS)].find((tool) => kind(tool) === kind(event.target));
  (same || to.querySelector(TOOLS)).focus();
});

/** "edit" of "edit-7". */
function kind(tool) {
  return tool.id.replace(/-[^-]*$/, "");
}
