/**
 * The MC's messages on a room's page and on the speaker's monitor: shown as they stand, and said to have been read.
 *
 *   const messages = showMessages({ page, clock, timeOfDay, spreadMs })
 *   messages.draw()              // with every tick: a message goes by itself when its time is over
 *   messages.snapshot(fresh)     // with every snapshot, before anything else makes of it
 *   messages.listen(live)        // the page's connection (live.js)
 *
 * With a `signal` it ends when that aborts. `page` holds `conference`, `code`, `snapshot` and `messages`; each form with `data-message` shows one message, the first of them
 * the one that comes first. The forms work without this script too.
 */

import { createMessages } from "./lib/messages.js";

const SEND_MS = 10000;

export function showMessages({ page, clock, timeOfDay, spreadMs, signal }) {
  const messages = createMessages(page.code);
  const forms = [...document.querySelectorAll("form[data-message]")];
  const path = "/api/v1/conferences/" + encodeURIComponent(page.conference) + "/messages";
  let snapshot = page.snapshot;
  let away = true; // something may be said while the page loads, and while the line is down
  let again = null;

  function draw() {
    const live = snapshot.live;
    const standing = messages.standing(live, clock.nowMs());
    forms.forEach((form, index) => drawForm(form, standing[index] || null));
  }

  function drawForm(form, message) {
    const key = message ? message.to + "@" + message.at_ms : "";
    if (form.dataset.key !== key) {
      form.hidden = true; // and shown again in the next line: the slide begins anew with a new text
      form.getBoundingClientRect();
      form.dataset.key = key;
      form.querySelector("[data-problem]").hidden = true;
    }
    form.hidden = !message;
    if (!message) {
      return;
    }
    const read = message.acknowledged_at_ms;
    write(form, "text", message.text);
    form.classList.toggle("message--long", message.text.length > 40);
    write(form, "when", "Điều hành nhắn lúc " + timeOfDay(message.at_ms));
    write(form, "read", read ? "Đã xác nhận lúc " + timeOfDay(read) : "");
    form.querySelector("[data-read]").hidden = !read;
    form.querySelector("button").hidden = Boolean(read);
    form.elements.to.value = message.to;
    form.elements.at_ms.value = message.at_ms;
  }

  function ask(url, options) {
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), SEND_MS);
    return fetch(url, Object.assign({ cache: "no-store", signal: abort.signal }, options))
      .then((response) => {
        if (!response.ok) {
          throw Object.assign(new Error("status " + response.status), { status: response.status });
        }
        return response.json();
      })
      .finally(() => window.clearTimeout(timer));
  }

  /** Everything anew, not from all rooms in one instant. */
  function refresh() {
    window.clearTimeout(again);
    again = window.setTimeout(() => {
      ask(path).then(
        (list) => {
          messages.take(list, snapshot.live);
          draw();
        },
        () => {} // asked again when the line has been away again
      );
    }, Math.random() * spreadMs);
  }

  function acknowledge(form) {
    const button = form.querySelector("button");
    const message = { to: form.elements.to.value, at_ms: Number(form.elements.at_ms.value) };
    const problem = form.querySelector("[data-problem]");
    button.disabled = true;
    ask(path + "/acknowledge", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
      body: JSON.stringify(message),
    })
      .then(
        (answer) => {
          problem.hidden = true;
          messages.read(message, answer.acknowledged_at_ms);
          draw();
        },
        (error) => {
          problem.hidden = false;
          if (error.status === 404) {
            refresh(); // it has been taken back meanwhile
          }
        }
      )
      .then(() => (button.disabled = false));
  }

  function submitted(event) {
    if (event.target.hasAttribute("data-message")) {
      event.preventDefault();
      acknowledge(event.target);
    }
  }

  document.addEventListener("submit", submitted, { signal: signal });

  messages.take(page.messages, snapshot.live);
  draw();
  return {
    draw: draw,
    snapshot(fresh) {
      const moved = fresh.version - snapshot.version;
      snapshot = fresh;
      messages.toAll(fresh.message);
      draw();
      if (moved && (away || moved !== 1)) {
        refresh();
      }
      away = false;
    },
    listen(live) {
      live.listen("disconnect", () => (away = true));
      live.listen("endpoint_notice", (payload) => {
        messages.notice(payload, snapshot.live);
        draw();
      });
    },
  };
}

function write(form, name, text) {
  const place = form.querySelector('[data-message-part="' + name + '"]');
  if (place.textContent !== text) {
    place.textContent = text;
  }
}
