/**
 * A room's panel, and the keys on a room: arrows move, Enter opens (it is a link), C says "Có mặt", V asks for the reason
 * of an absence.
 *
 * C sends at once, with the same id until it is answered, so that pressing it again after a lost answer says it once.
 */

import { newId } from "../lib/ids.js";
import { nearest } from "../lib/steps.js";
import { notify } from "../notice.js";
import { holder, rooms, shown } from "./rooms.js";

const ROOM = ".cell, .rlist__a, [data-room]";
const pending = new Map(); // by the room's address: the id of a check-in that has not been answered
let wanted = null; // the field of the panel to which the key that opened it leads

function open(room, field) {
  wanted = field || null;
  window.htmx.ajax("GET", room.getAttribute("href"), { target: "#drawer", swap: "outerHTML" }).catch(() => {}); // notice.js says so
}

function sayPresent(room) {
  const path = room.getAttribute("href");
  if (!document.querySelector("#board[data-may-say]")) {
    notify("Tài khoản này chỉ xem điểm danh.");
    return;
  }
  if (holder(room).dataset.is.split(" ").includes("co-mat")) {
    notify(`${room.getAttribute("aria-label") || room.textContent}: đã ghi có mặt. Bấm Enter để sửa.`);
    return;
  }
  if (!pending.has(path)) {
    pending.set(path, newId());
  }
  const values = { check_in_id: pending.get(path), status: "present", headcount: "" };
  const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
  window.htmx.ajax("POST", path, { target: "#drawer", swap: "outerHTML", values: values, headers: headers }).catch(() => {});
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "post" && detail.xhr && detail.xhr.status > 0 && detail.xhr.status < 500) {
    pending.delete(detail.requestConfig.path);
  }
});

document.addEventListener("click", (event) => {
  const room = event.target.closest(ROOM);
  if (room && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    open(room, null);
  }
});

document.addEventListener("keydown", (event) => {
  const room = event.target.closest(".cell, .rlist__a");
  if (!room || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const key = event.key.toLowerCase();
  if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") {
    event.preventDefault();
    move(room, event.key);
  } else if (key === "c" && !event.repeat) {
    event.preventDefault();
    sayPresent(room);
  } else if (key === "v" && !event.repeat) {
    event.preventDefault();
    open(room, "[data-reason]");
  }
});

function move(room, key) {
  const visible = rooms().filter(shown);
  let next;
  if (key === "Home" || key === "End") {
    next = visible[key === "Home" ? 0 : visible.length - 1];
  } else {
    const boxes = visible.map((each) => {
      const box = holder(each).getBoundingClientRect();
      return { x: box.left, y: box.top, w: box.width, h: box.height };
    });
    next = visible[nearest(boxes, visible.indexOf(room), key)];
  }
  if (next) {
    next.focus();
  }
}

document.addEventListener("htmx:afterSettle", (event) => {
  const drawer = document.getElementById("drawer");
  const field = event.detail.target.id === "drawer" && wanted && drawer.querySelector(wanted);
  if (field) {
    field.focus();
    wanted = null;
  }
  markOpen();
});
document.addEventListener("drawer-closed", markOpen);

/** The room whose panel is open shows that it is. */
export function markOpen() {
  const opener = document.getElementById("drawer").dataset.opener;
  rooms().forEach((room) => {
    if (room.id === opener) {
      room.setAttribute("aria-expanded", "true");
    } else if (room.hasAttribute("aria-expanded")) {
      room.removeAttribute("aria-expanded");
    }
  });
}

// An answer closes the panel of the room that it is about, not another one that somebody has opened and types in.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const closes = fragment.firstElementChild && fragment.firstElementChild.dataset.closes;
  if (target.id === "drawer" && closes && target.dataset.opener && target.dataset.opener !== closes) {
    event.detail.shouldSwap = false;
  }
});
