/**
 * The questions to a room before its part: an answer goes to the server by a queue, which holds it while the line is
 * down; what others have answered comes as the server draws it.
 *
 *   const questions = showQuestions(room, root)
 *   questions.load()       // the questions as they are now
 *   questions.flush()      // the line is back
 *   questions.tick()       // an answer grows too old
 */

import { putJson, storageOrNone } from "../device.js";
import { newId } from "../lib/ids.js";
import { createQueue } from "../lib/queue.js";
import { storedAt } from "./readiness.js";

const AGAIN_MS = 5000;

export function showQuestions({ page, api, clock, timeOfDay, signInEnded }, root) {
  let askedAtMs = -Infinity;
  const queue = createQueue({
    storage: storageOrNone(),
    prefix: storedAt(page),
    idKey: "readiness_id",
    keepsRefused: false, // the question itself is asked anew
    send: send,
    timers: { set: (fn, ms) => window.setTimeout(fn, ms), clear: (id) => window.clearTimeout(id) },
    now: clock.nowMs,
    on: { changed: draw, taken: load, refused: refused, blocked: signInEnded },
  });

  function send(entry) {
    const { code, readiness_id, ...body } = entry;
    return putJson(api + "/endpoints/" + encodeURIComponent(code) + "/readiness/" + readiness_id, body);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-ready")) {
      return;
    }
    event.preventDefault();
    const { status, reason, item_id, endpoint_code } = form.elements;
    const typed = reason ? reason.value.trim() : "";
    const card = form.closest("[data-ask]");
    tell(card, "");
    card.querySelector("details").open = false;
    queue.add({
      code: endpoint_code.value,
      readiness_id: newId(),
      item_id: item_id.value,
      status: status.value,
      reason: typed || null,
      happened_at_ms: clock.nowMs(),
    });
  });

  const cardOf = (entry) => root.querySelector('[data-ask="' + entry.item_id + "@" + entry.code + '"]');

  /** What the server has confirmed stands as it came; what still waits here says so. */
  function draw() {
    queue.codes().forEach((code) => {
      const entry = queue.waiting(code);
      const card = cardOf(entry);
      if (!card) {
        return; // it is about a part that has begun: it goes all the same, and does no harm
      }
      const place = card.querySelector("[data-said]");
      const ready = entry.status === "ready";
      place.hidden = false;
      place.className = "stat stat--queued";
      place.querySelectorAll("[data-mark]").forEach((mark) => (mark.hidden = mark.dataset.mark !== "queued"));
      const said = ready ? "Sẵn sàng" : "Chưa sẵn sàng" + (entry.reason ? ": " + entry.reason : "");
      write(place, "word", said + (queue.attempts() ? ", đang chờ gửi" : ", đang gửi"));
      const kept = queue.attempts() ? ", đã lưu trong máy này, tự gửi khi có mạng" : "";
      write(place, "note", "bấm lúc " + timeOfDay(entry.happened_at_ms) + kept);
      const other = card.querySelector(".ask__b");
      if (other) {
        other.form.hidden = ready;
      }
    });
  }

  function write(place, name, text) {
    const part = place.querySelector("[data-said-" + name + "]");
    if (part.textContent !== text) {
      part.textContent = text;
    }
  }

  function refused(entry, error) {
    load().then(() => {
      const card = cardOf(entry);
      if (card) {
        tell(card, error.message);
      }
    });
  }

  function tell(card, problem) {
    const place = card.querySelector("[data-problem]");
    place.querySelector("span").textContent = problem;
    place.hidden = !problem;
  }

  /** A question whose reason somebody is writing stays as it is. */
  function load() {
    askedAtMs = clock.nowMs();
    return fetch(root.dataset.refresh, { cache: "no-store" })
      .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
      .then((html) => {
        const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("readiness");
        const held = root.contains(document.activeElement);
        const cards = [...fresh.querySelectorAll("[data-ask]")].map((card) => {
          const old = root.querySelector('[data-ask="' + card.dataset.ask + '"]');
          return old && old.querySelector("details").open ? old : card;
        });
        root.textContent = "";
        root.append(...cards);
        draw();
        if (held && !root.contains(document.activeElement)) {
          const next = root.querySelector("button, summary");
          if (next) {
            next.focus();
          }
        }
      })
      .catch(() => {}); // asked again when the line comes back
  }

  queue.flush();
  draw();
  return {
    load: load,
    flush: queue.flush,
    tick() {
      const nowMs = clock.nowMs();
      const old = [...root.querySelectorAll("[data-until]")].some((card) => Number(card.dataset.until) <= nowMs);
      if (old && nowMs - askedAtMs > AGAIN_MS) {
        load();
      }
    },
  };
}
