/** The rooms on the roll-call board, as cells or as lines of the list: what stands for each, and where the keyboard is. */

const board = () => document.getElementById("board");

/** What takes the keyboard for a room; its id is "cell-" and the room's code. */
export function rooms() {
  return [...board().querySelectorAll(".cell, .rlist__a")];
}

/** The element that shows the whole of a room, and carries what it is filtered by. */
export function holder(room) {
  return room.closest(".cell, .cell-row");
}

export function shown(room) {
  return !holder(room).classList.contains("cell--out");
}

let currentId = null;

/** The room that the keyboard is on, or was last; the first that is shown if there is none. */
export function current() {
  const last = currentId && document.getElementById(currentId);
  return last && shown(last) ? last : rooms().find(shown) || null;
}

/** Make the room the one that Tab comes to. */
export function settleOn(room) {
  currentId = room.id;
  markStops();
}

/** One stop of Tab for all of them: hundreds would stand before whatever comes after the board. */
export function markStops() {
  const stop = current();
  rooms().forEach((room) => {
    const wanted = room === stop ? 0 : -1;
    if (room.tabIndex !== wanted || !room.hasAttribute("tabindex")) {
      room.tabIndex = wanted;
    }
  });
}

document.addEventListener("focusin", (event) => {
  const room = event.target.closest(".cell, .rlist__a");
  if (room && board().contains(room)) {
    settleOn(room);
  }
});

// What a cell is called stands in it once, for whoever cannot see it; whoever points at it is told the same.
document.addEventListener("mouseover", (event) => {
  const cell = event.target.closest(".cell");
  if (cell && !cell.title) {
    cell.title = cell.getAttribute("aria-label");
  }
});
