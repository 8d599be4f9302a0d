/**
 * The room's own check-in, and how check-ins go to the server: by the queue, which keeps them while the line is down.
 *
 *   const attendance = showAttendance(room)
 *   attendance.draw(), .drawNote()     // the card; the sentence under it, which counts the attempts
 *   attendance.load()                  // what others may have said meanwhile
 *   attendance.flush()                 // the line is back
 *
 * The forms of a district's communes go the same way; communes.js shows their answers.
 */

import { putJson } from "../device.js";
import { fillHeadcount, headcountIn, headcountProblem } from "../heads.js";
import { totalOf } from "../lib/heads.js";
import { newId } from "../lib/ids.js";
import { createQueue } from "../lib/queue.js";
import { roomNote } from "../lib/room_words.js";
import { showCommunes } from "./communes.js";
import { showRefusals } from "./refusals.js";

export function showAttendance(room) {
  const { page, api, clock, timeOfDay, storage, put, getJson, changed } = room;
  const $ = (selector) => document.querySelector(selector);
  const prefix = "giaoban-check-in:" + page.conference + ":" + page.code + ":";
  let words = page.words; // {effective, own, annulled}: what the server has last said of the room
  let effective = words.effective;
  let signedOut = false;

  const queue = createQueue({
    storage: storage,
    prefix: prefix,
    send: sendCheckIn,
    lock: inOneTab(prefix),
    timers: { set: (fn, ms) => window.setTimeout(fn, ms), clear: (id) => window.clearTimeout(id) },
    now: clock.nowMs,
    on: { changed: draw, taken: taken, refused: refused, blocked: blocked, elsewhere: load },
  });
  const communes = showCommunes({ queue: queue, timeOfDay: timeOfDay, drawAll: draw });
  const refusals = showRefusals({ queue: queue, page: page, timeOfDay: timeOfDay, fill: fill });

  function sendCheckIn(entry) {
    const { code, ...body } = entry;
    return putJson(api + "/endpoints/" + encodeURIComponent(code) + "/check-in", body);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const code = form.dataset.checkIn;
    if (!code) {
      return;
    }
    event.preventDefault();
    const problem = problemOf(form);
    tell(form, problem);
    if (problem) {
      return;
    }
    const present = form.dataset.status === "present";
    queue.add({
      code: code,
      check_in_id: newId(),
      status: form.dataset.status,
      headcount: present ? headcountIn(form) : 0,
      reason: present ? null : form.reason.value.trim(),
      note: present ? form.note.value.trim() || null : null,
      happened_at_ms: clock.nowMs(),
    });
    const away = form.closest(".away");
    if (away) {
      away.open = false;
    }
    openForm(code, false);
  });

  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) {
      const input = step.parentElement.querySelector("input");
      input.value = String(Math.max(0, (Number(input.value) || 0) + Number(step.dataset.step)));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.target.closest("[data-edit]")) {
      event.preventDefault();
      openForm(page.code, true);
      $("[data-form] [name=headcount]").focus();
    } else if (event.target.closest("[data-retry]")) {
      queue.flush();
    }
  });

  function taken(entry, answer) {
    signedOut = false;
    if (entry.code === page.code) {
      // until the notice of it comes: it counts, or stands behind somebody else's
      told({ effective: answer.effective, own: answer.record, annulled: null });
    } else {
      communes.load();
    }
    draw();
  }

  /** Somebody has said something about the room, or taken something back: itself, its district, the secretary. */
  function told(said) {
    words = said;
    effective = said.effective;
    changed();
    draw();
  }

  function refused(entry, error) {
    if (error.code === "invalid_input") {
      fill(entry, error.message);
    }
  }

  /** The form as it was sent, with what is wrong with it. */
  function fill(entry, problem) {
    openForm(entry.code, true);
    const form = $('[data-check-in="' + entry.code + '"][data-status="' + entry.status + '"]');
    const away = form.closest(".away");
    if (away) {
      away.open = true;
    }
    if (entry.status === "present") {
      fillHeadcount(form, entry.headcount);
      form.note.value = entry.note || "";
    } else {
      form.reason.value = entry.reason;
    }
    tell(form, problem);
    draw();
  }

  function blocked() {
    signedOut = true;
    room.signInEnded();
  }

  /** A room that has nothing to say yet keeps its form open. */
  function openForm(code, on) {
    if (code === page.code) {
      $("[data-form]").hidden = !on && Boolean(effective || queue.waiting(code));
      draw();
    } else {
      communes.open(code, on);
    }
  }

  /** The card says what the server has confirmed, or that something still waits here; never one for the other. */
  function draw() {
    const waiting = queue.waiting(page.code);
    const card = $("[data-stat]");
    if (waiting || effective) {
      const word = waiting || effective;
      const absent = word.status === "absent";
      const total = waiting ? totalOf(waiting.headcount) : effective.headcount.total;
      const heads = total ? total + " đại biểu" : "chưa báo số đại biểu";
      const when = (waiting ? ", bấm lúc " : ", lúc ") + timeOfDay(word.happened_at_ms);
      card.hidden = false;
      card.className = "stat" + (waiting ? " stat--queued" : absent ? " stat--absent" : "");
      const shown = waiting ? "warning" : absent ? "close" : "tick";
      card.querySelectorAll("[data-icon]").forEach((icon) => (icon.hidden = icon.dataset.icon !== shown));
      put("stat", (absent ? "Vắng" : "Có mặt") + (waiting ? (queue.attempts() ? ", đang chờ gửi" : ", đang gửi") : ""));
      const source = waiting ? "" : page.sources[word.source];
      put("stat-note", (absent ? word.reason : heads) + when + (source ? ", " + source : ""));
      $("[data-edit]").hidden = Boolean(waiting);
    } else {
      card.hidden = true;
      $("[data-form]").hidden = false;
    }
    $("#attendance").toggleAttribute("data-settled", !card.hidden && !waiting && $("[data-form]").hidden);
    $("[data-queued]").hidden = !queue.attempts() || !queue.codes().length;
    const note = roomNote(words, timeOfDay);
    put("room-note", note);
    $('[data-put="room-note"]').hidden = !note;
    communes.draw();
    refusals.draw();
    drawNote();
  }

  function drawNote() {
    if ($("[data-queued]").hidden) {
      return;
    }
    const kept = queue.unkept()
      ? "Máy này không lưu được điểm danh: xin để trang này mở đến khi gửi xong."
      : "Điểm danh đã lưu trong máy này. Có thể đóng trang: máy sẽ tự gửi khi mở lại trang và có mạng.";
    if (signedOut) {
      put("queue-note", "Chưa gửi được vì phiên làm việc đã hết. " + kept + " Xin nhập lại mã điểm cầu. Mã trên phiếu có thể đã được cấp lại: xin hỏi thư ký.");
      return;
    }
    const calls = $("[data-call]") ? " Nếu 5 phút nữa vẫn chưa có mạng, xin gọi thư ký ghi hộ: số máy ở cuối trang." : "";
    put("queue-note", "Đã thử gửi " + queue.attempts() + " lần. " + kept + calls);
  }

  /** What others may have said about this room meanwhile: its district, the secretary. */
  function load() {
    getJson("/endpoints/" + encodeURIComponent(page.code) + "/words").then(told, () => {}); // again when the line is back
    communes.load();
  }

  room.onNotice("check_in", told);
  window.addEventListener("storage", (event) => queue.heard(event.key));
  if (queue.waiting(page.code) || (room.isKept && effective)) {
    $("[data-form]").hidden = true; // the page came before that was said
  }
  draw();
  queue.flush();
  return {
    draw: draw,
    drawNote: drawNote,
    load: load,
    flush: queue.flush,
    /** What the server has last said of the room. */
    words: () => words,
    /** Whether something waits that would be lost with the page. */
    unkept: queue.unkept,
  };
}

/** Work that one tab of this browser does at a time; where browsers have no such locks, the ids alone keep it to once. */
function inOneTab(name) {
  return (work) =>
    navigator.locks
      ? navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : null))
      : work();
}

/** What is wrong with the form, as the server would say it; "" when nothing is. */
function problemOf(form) {
  if (form.dataset.status === "absent") {
    return form.reason.value.trim() ? "" : "Điểm cầu vắng phải ghi lý do.";
  }
  return headcountProblem(form);
}

function tell(form, problem) {
  const place = form.querySelector("[data-bad]");
  place.querySelector("span").textContent = problem;
  place.hidden = !problem;
  if (problem) {
    field(form).focus();
  }
}

function field(form) {
  return form.headcount || form.reason;
}
