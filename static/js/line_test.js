/**
 * A room's test of its line: measures the network, lets camera, loudspeaker and microphone be tried, and sends what was
 * found, which waits in the device while the line is down.
 *
 * The page's form works alone; this adds the measuring and sends by itself.
 */

import { connectLive } from "./live.js";
import { clockFromPage } from "./lib/clock.js";
import { clockFormatter } from "./lib/format.js";
import { newId } from "./lib/ids.js";
import { measure, probe } from "./lib/line_test.js";
import { createPlaces } from "./lib/places.js";
import { lineTestQueue } from "./line_test/queue.js";
import { hearMicrophone, playTone, showCamera } from "./line_test/devices.js";

const GATHER_MS = 500;
const PARTS = ["picture", "sound", "mic"];

const page = JSON.parse(document.getElementById("page").textContent);
const clock = clockFromPage(page.server_now_ms);
const timeOfDay = clockFormatter(page.timezone);
const { put } = createPlaces(document);
const $ = (selector) => document.querySelector(selector);
const form = $("[data-form]");

let measured = null; // { round_trips_ms, transport }
let measuring = false;
let signedOut = false;

const queue = lineTestQueue(page, { changed: drawWaiting, taken: taken, refused: refused, blocked: blocked });

// ---- the network

$("[data-measure]").addEventListener("click", () => {
  if (measuring) {
    return;
  }
  measuring = true;
  measured = null;
  const { probes, spacing_ms: spacingMs, wait_ms: waitMs } = page.probing;
  $("[data-measure]").disabled = true;
  $("[data-figures]").hidden = true;
  $("[data-progress]").hidden = false;
  put("network", "Đang đo.");
  probe({
    ask: (n, ms) => live.request("line_probe", { n: n, sent_at_ms: clock.nowMs() }, ms),
    clock: { nowMs: () => performance.now() },
    timers: { set: (fn, ms) => window.setTimeout(fn, ms) },
    probes: probes,
    spacingMs: spacingMs,
    waitMs: waitMs,
    progress: (n) => $("[data-progress] [data-bar]").setAttribute("width", (100 * n) / probes + "%"),
  }).then((trips) => {
    measuring = false;
    measured = { round_trips_ms: trips, transport: live.transport() || "websocket" };
    drawNetwork(measure(trips), measured.transport);
  });
});

function drawNetwork(figures, transport) {
  $("[data-progress]").hidden = true;
  $("[data-measure]").disabled = false;
  $("[data-measure]").textContent = "Đo lại";
  $("[data-figures]").hidden = false;
  put("median", figures.medianMs === null ? "–" : figures.medianMs);
  put("worst", figures.worstMs === null ? "–" : figures.worstMs);
  put("jitter", figures.jitterMs === null ? "–" : figures.jitterMs);
  put("lost", figures.lost + "/" + figures.sent);
  put("network", transport === "websocket" ? "Đã đo xong, qua kết nối trực tiếp (WebSocket)." : "Đã đo xong, qua cách truyền dự phòng.");
}

// ---- camera, loudspeaker, microphone

/** A button that switches a device on, and off again when pressed once more or when the page is left. */
function attach({ button, place, on, off, stop, start }) {
  const word = button.textContent;
  let end = null;
  let starting = false;
  function finish() {
    if (end) {
      end();
      end = null;
      button.textContent = word;
      put(place, off);
    }
  }
  button.addEventListener("click", () => {
    if (end || starting) {
      finish();
      return;
    }
    starting = true;
    put(place, "Đang mở.");
    start().then(
      (release) => {
        starting = false;
        end = release;
        button.textContent = stop;
        put(place, on);
      },
      (error) => {
        starting = false;
        put(place, error.message);
      }
    );
  });
  window.addEventListener("pagehide", finish);
  return finish;
}

const switches = [
  attach({
    button: $("[data-camera]"),
    place: "picture",
    on: "Hình chỉ hiện trên máy này. Xin xem hình có rõ, có giật không.",
    off: "Đã tắt camera.",
    stop: "Tắt camera",
    start: () => showCamera($("[data-preview]")),
  }),
  attach({
    button: $("[data-mic]"),
    place: "mic",
    on: "Xin nói vài câu: vạch phải chạy theo tiếng nói.",
    off: "Đã tắt micro.",
    stop: "Tắt micro",
    start: () => {
      const meter = $("[data-level]");
      const bar = meter.querySelector("[data-bar]");
      return hearMicrophone((level) => bar.setAttribute("width", Math.min(100, Math.round(level * 140)) + "%")).then((release) => {
        meter.hidden = false;
        return () => {
          meter.hidden = true;
          release();
        };
      });
    },
  }),
];

$("[data-tone]").addEventListener("click", () => {
  const button = $("[data-tone]");
  button.disabled = true;
  put("sound", "Đang phát ba tiếng, từ thấp lên cao.");
  playTone()
    .then(
      () => put("sound", "Đã phát xong. Nếu không nghe thấy, xin tăng âm lượng rồi phát lại."),
      (error) => put("sound", error.message)
    )
    .then(() => (button.disabled = false));
});

// ---- sending

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = {};
  PARTS.forEach((part) => {
    const chosen = form.querySelector('input[name="' + part + '"]:checked');
    said[part] = chosen ? chosen.value : null;
  });
  const nothing = !measured && PARTS.every((part) => said[part] === null);
  if (measuring || nothing) {
    tell(measuring ? "Đang đo mạng. Xin đợi đo xong rồi gửi." : "Xin thử ít nhất một bước: mạng, hình, tiếng hoặc micro.");
    return;
  }
  tell("");
  switches.forEach((finish) => finish());
  queue.add({
    code: page.code,
    line_test_id: newId(),
    happened_at_ms: clock.nowMs(),
    round_trips_ms: measured ? measured.round_trips_ms : null,
    transport: measured ? measured.transport : null,
    note: form.note.value.trim() || null,
    ...said,
  });
});

function tell(problem) {
  const place = $("[data-bad]");
  place.querySelector("span").textContent = problem;
  place.hidden = !problem;
  if (problem) {
    place.scrollIntoView({ block: "center" });
  }
}

/** What was sent is no longer of now: the next test begins with nothing chosen. */
function taken() {
  signedOut = false;
  form.reset();
  measured = null;
  $("[data-figures]").hidden = true;
  $("[data-measure]").textContent = "Đo mạng";
  ["network", "picture", "sound", "mic"].forEach((place) => put(place, ""));
  loadResults().then(() => $("#ket-qua").scrollIntoView({ block: "start" }));
  drawWaiting();
}

function refused(entry, error) {
  PARTS.forEach((part) => {
    form.querySelectorAll('input[name="' + part + '"]').forEach((input) => (input.checked = input.value === entry[part]));
  });
  form.note.value = entry.note || "";
  tell(error.message);
  drawWaiting();
}

function blocked() {
  signedOut = true;
  drawWaiting();
}

/** The card says that something still waits here; what the server has confirmed stands in the results. */
function drawWaiting() {
  const entry = queue.waiting(page.code);
  $("[data-waiting]").hidden = !entry;
  if (!entry) {
    return;
  }
  const tries = queue.attempts();
  $("[data-retry]").hidden = !tries || signedOut;
  put("waiting", tries ? "Kết quả đang chờ gửi" : "Đang gửi kết quả");
  const kept = "Thử lúc " + timeOfDay(entry.happened_at_ms) + ", đã lưu trong máy này. ";
  const next = signedOut ? "Phiên làm việc đã hết, xin nhập lại mã điểm cầu." : "Sẽ tự gửi khi có mạng, xin để trang này mở.";
  put("waiting-note", tries ? kept + next : "");
}

$("[data-retry]").addEventListener("click", queue.flush);

function loadResults() {
  return fetch(page.results, { cache: "no-store" })
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
    .then((html) => {
      const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-results]");
      if (!fresh) {
        return; // the sign-in has ended
      }
      const old = $("[data-results]");
      const list = old.querySelector("details");
      if (list && fresh.querySelector("details")) {
        fresh.querySelector("details").open = list.open;
      }
      old.replaceWith(fresh);
    })
    .catch(() => {}); // asked again when the line comes back
}

// ---- the line

function mark(up) {
  $("[data-line]").dataset.line = up ? "up" : "lost";
  $("[data-link-word]").textContent = up ? "Đã kết nối" : "Mất kết nối. Đang nối lại";
  if (up) {
    queue.flush();
  }
}

const live = connectLive({
  conference: page.conference,
  signedIn: true,
  clock: clock,
  on: {
    snapshot() {},
    line: mark,
    connected() {
      mark(true);
      loadResults(); // what came before
    },
  },
});
let due = false;
live.listen("endpoint_notice", ({ kind }) => {
  if (kind === "line_test" && !due) {
    due = true; // of many communes at once the list is asked for once
    window.setTimeout(() => {
      due = false;
      loadResults();
    }, GATHER_MS);
  }
});
window.addEventListener("online", queue.flush);

document.querySelectorAll("[data-with]").forEach((part) => (part.hidden = false));
document.querySelectorAll("[data-without]").forEach((part) => (part.hidden = true));
drawWaiting();
queue.flush();
