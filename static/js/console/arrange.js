/**
 * Places in the running order, while it is edited: a row is dragged by its handle, or moved with Alt and the arrows.
 *
 *   const arranging = attachArranging({ locked(), version(), refresh() });
 *   arranging.busy()      // a row is in the air: the list must not be swapped under it
 *   arranging.swapped()   // the list is a new one
 *
 * A place is named by the item that comes after it ("end" for none), so that it means the same when somebody else
 * presses in between. The row stands at its new place at once; the answer brings the list as it really is, and when the
 * server does not answer the row goes back.
 */

import Sortable from "../../vendor/sortable.esm.js";
import { setText } from "../line_state.js";
import { newId } from "../lib/ids.js";
import { notify } from "../notice.js";

const QUIET_MS = 400; // several presses of an arrow are one move
const LAST = "end";
const PLACES = "[data-place]";

export function attachArranging({ locked, version, refresh }) {
  let sortable = null;
  let dragging = null; // { row, home }
  let stepping = null; // { row, home, before, timer }
  let sent = null; // { row, home }, until the answer is there
  let cancelled = false;

  const list = () => document.querySelector("[data-arrange]");
  const idOf = (row) => row.id.replace("row-", "");
  const homeOf = (row) => ({ parent: row.parentNode, next: row.nextSibling });

  function swapped() {
    if (dragging) {
      letGo(); // an answer to a press has swapped the list: destroying alone would leave the row in the air, and us busy
    }
    if (sortable) {
      sortable.destroy();
      sortable = null;
    }
    const box = list();
    if (!box) {
      return;
    }
    box.querySelectorAll("[data-grip]").forEach((grip) => (grip.hidden = false));
    sortable = new Sortable(box, {
      draggable: `${PLACES}, [data-movable]`,
      handle: "[data-grip]",
      forceFallback: true, // the same on a touch screen as with a mouse, and it scrolls by itself everywhere
      fallbackOnBody: true,
      fallbackTolerance: 4,
      ghostClass: "row--lifted",
      fallbackClass: "row--held",
      scroll: box.closest("[data-keep-scroll]"),
      forceAutoScrollFallback: true,
      scrollSensitivity: 60,
      scrollSpeed: 14,
      bubbleScroll: false,
      onStart({ item }) {
        settleSteps();
        cancelled = false;
        dragging = { row: item, before: neighbour(item), home: homeOf(item) };
      },
      onMove: ({ related }) => related.matches(PLACES), // nothing goes above what has begun
      onEnd: dropped,
    });
  }

  /** The next row below that an item may stand before. */
  function neighbour(row) {
    const below = sibling(row, "nextElementSibling");
    return below ? idOf(below) : LAST;
  }

  function sibling(row, way) {
    let other = row[way];
    while (other && !other.matches(PLACES)) {
      other = other[way];
    }
    return other;
  }

  function dropped({ item }) {
    const { before, home } = dragging;
    dragging = null;
    if (!item.isConnected) {
      notify("Chương trình vừa đổi trong lúc kéo, nên chưa đổi chỗ. Xin kéo lại.");
    } else if (cancelled || locked()) {
      putBack(item, home);
    } else if (neighbour(item) !== before) {
      send(item, neighbour(item), home);
      return;
    }
    refresh();
  }

  function letGo() {
    document.dispatchEvent(new PointerEvent("pointercancel"));
  }

  function putBack(row, { parent, next }) {
    if (parent.isConnected) {
      parent.insertBefore(row, next && next.parentNode === parent ? next : null);
    }
  }

  function send(row, before, home) {
    sent = { row: row, home: home };
    const values = { command_id: newId(), expected_version: version(), item_id: idOf(row), before: before };
    const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
    const sending = window.htmx.ajax("POST", list().dataset.arrange, { source: "#moves", values: values, headers: headers });
    sending.catch(() => {}); // htmx:afterRequest tells
  }

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt.id !== "moves" || !sent) {
      return;
    }
    const { row, home } = sent;
    sent = null;
    if (detail.successful) {
      speakPlace(row.id);
    } else if (!detail.xhr || detail.xhr.status !== 409) {
      putBack(row, home); // 409 brings the list as it is, and why
    }
  });

  // A grip that was only touched leaves an empty style, too. htmx would carry it over, which the policy forbids.
  document.addEventListener("htmx:beforeSwap", () =>
    document.querySelectorAll("#console [style]").forEach((part) => part.removeAttribute("style"))
  );

  // ---- by keyboard

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && dragging) {
      event.stopPropagation();
      cancelled = true;
      letGo();
      return;
    }
    const way = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    const row = way && event.altKey && !event.ctrlKey && !event.metaKey && event.target.closest("[data-movable]");
    if (row) {
      event.preventDefault();
      if (!locked() && !dragging) {
        step(row, way);
      }
    }
  }, true);

  function step(row, way) {
    const other = sibling(row, way);
    if (!other) {
      speak(way === "nextElementSibling" ? "Đã ở cuối chương trình" : "Không đưa lên được nữa");
      return;
    }
    if (!stepping || stepping.row !== row) {
      settleSteps();
      stepping = { row: row, home: homeOf(row), timer: null };
    }
    const focused = document.activeElement;
    row.parentNode.insertBefore(row, way === "nextElementSibling" ? other.nextSibling : other);
    focused.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    stepping.before = neighbour(row);
    clearTimeout(stepping.timer);
    stepping.timer = setTimeout(settleSteps, QUIET_MS);
    speakPlace(row.id);
  }

  function settleSteps() {
    if (!stepping) {
      return;
    }
    const { row, home, before, timer } = stepping;
    clearTimeout(timer);
    stepping = null;
    if (!list() || locked()) {
      putBack(row, home);
    } else {
      send(row, before, home);
    }
  }

  // ---- in words

  function speakPlace(rowId) {
    const row = document.getElementById(rowId);
    if (row) {
      const rows = [...document.querySelectorAll("#console .row")];
      speak(`Chỗ thứ ${rows.indexOf(row) + 1} trong ${rows.length} mục: ${row.dataset.heading || row.querySelector("b").textContent}`);
    }
  }

  function speak(words) {
    setText(document.getElementById("spoken"), words);
  }

  // A new item is where the keyboard goes on: to correct a copy, or to move it.
  document.addEventListener("item-made", ({ detail }) => {
    const row = document.getElementById(`row-${detail.id}`);
    if (row) {
      row.scrollIntoView({ block: "nearest" });
      const tool = document.getElementById(`edit-${detail.id}`);
      if (tool) {
        tool.focus({ preventScroll: true });
      }
      speakPlace(row.id);
    }
  });

  swapped();
  return { busy: () => Boolean(dragging || stepping), swapped: swapped };
}
