/**
 * What is on now, and when the room's turn comes, on the page of a room; the bell rings with its clock.
 *
 *   const programme = showProgramme(room)
 *   programme.draw()             // with every tick; answers how long (ms) what it shows stays right
 *   programme.snapshot(fresh)    // with every snapshot
 */

import { minutesText, slipText, waitText, wholeMinutes } from "../lib/format.js";
import { heading, label, stateWord } from "../lib/stage.js";
import { barFraction, formatRemaining, remainingMs, timeState } from "../lib/timer.js";
import { turnOf } from "../lib/turn.js";

const LONGEST_WAIT_TOLD_MS = 5400000;

export function showProgramme({ page, clock, timeOfDay, put, at, getJson, spreadMs }) {
  const $ = (selector) => document.querySelector(selector);
  let snapshot = page.snapshot;
  let order = withStart(page.order);
  let refetch = null;
  let bell = null;

  function withStart(view) {
    return view && Object.assign({ starts_at_ms: page.starts_at_ms }, view);
  }

  /** Everything on the page that changes with time; answers how long it stays right. */
  function draw() {
    const nowMs = clock.nowMs();
    const live = snapshot.live;
    const turn = turnOf(page.code, snapshot, order, nowMs);
    const leftMs = live ? remainingMs(live, nowMs) : 0;
    const state = live ? timeState(live, live.item.kind, nowMs) : "";
    put("clock", timeOfDay(nowMs));
    document.body.dataset.phase = turn ? turn.phase : "";
    show("speaking", turn && turn.phase === "speaking");
    show("next", turn && turn.phase === "next");
    show("later", turn && turn.phase === "later");
    show("now", !turn || turn.phase === "later");
    drawNow(live, leftMs, state);
    if (turn) {
      ({ speaking: drawSpeaking, next: drawNext, later: drawLater })[turn.phase](turn, leftMs, state, nowMs);
    }
    bell && bell.tick(turn && turn.phase === "speaking" ? live : null, live ? live.item.kind : "", nowMs);
    return Math.min(1000, (((leftMs % 1000) + 1000) % 1000) + 1);
  }

  function show(part, visible) {
    $('[data-part="' + part + '"]').hidden = !visible;
  }

  function drawNow(live, leftMs, state) {
    const phases = { idle: "Chưa bắt đầu", finished: "Hội nghị đã kết thúc" };
    const coming = snapshot.next[0] ? " Tiếp theo: " + heading(snapshot.next[0]) : "";
    put("now-word", live ? "Đang trình bày" : "Chương trình");
    put("now", live ? heading(live.item) : phases[snapshot.phase] || "Đang chuyển mục");
    put("left", live ? formatRemaining(leftMs) : "");
    at("left").dataset.state = state;
    const word = live && state !== "normal" ? ", " + stateWord(state).toLocaleLowerCase("vi") : "";
    const words = live ? label(live.item, page.papers) + word + "." : "";
    put("now-note", (words + coming).trim());
  }

  function drawSpeaking(turn, leftMs, state, nowMs) {
    const live = snapshot.live;
    const figure = formatRemaining(leftMs);
    const section = $('[data-part="speaking"]');
    section.dataset.state = state;
    put("speaking-word", "Điểm cầu đang phát biểu");
    put("speaking-left", figure);
    at("speaking-left").dataset.chars = figure.length;
    section.querySelector("[data-bar]").setAttribute("width", (100 * barFraction(live, nowMs)).toFixed(1) + "%");
    put("speaking-state", stateWord(state));
    const until = state === "paused" ? "" : ". Hết giờ lúc " + timeOfDay(nowMs + leftMs);
    put("speaking-note", state === "over" ? "" : ", trong " + minutesText(live.planned_ms + live.added_ms) + until);
    put("speaking-label", label(turn.item, page.papers));
    put("speaking-title", turn.item.title);
  }

  function drawNext(turn, leftMs, state, nowMs) {
    const waitMs = turn.at_ms - nowMs;
    const who = snapshot.live ? " Đang trình bày: " + heading(snapshot.live.item) + "." : "";
    put("turn-word", "Sắp đến lượt quý vị");
    put("turn-left", waitMs > 0 ? formatRemaining(waitMs) : "");
    put("turn-note", (waitMs > 0 ? "Dự kiến mời lúc " + timeOfDay(turn.at_ms) + "." : "Xin chờ Điều hành mời.") + who);
  }

  function drawLater(turn, leftMs, state, nowMs) {
    const waitMs = turn.at_ms - nowMs;
    const planned = turn.item.planned_start_at_ms;
    const slipMs = turn.at_ms - planned;
    const words = [];
    if (snapshot.phase !== "idle" && waitMs < LONGEST_WAIT_TOLD_MS) {
      words.push("Còn " + waitText(waitMs) + ", sau " + turn.before + " phần nữa.");
    } else {
      words.push("Sau " + turn.before + " phần nữa.");
    }
    if (planned != null) {
      words.push("Kế hoạch " + timeOfDay(planned) + (wholeMinutes(slipMs) ? ", " + slipText(slipMs) + "." : "."));
    }
    put("own", label(turn.item, page.papers));
    put("own-at", timeOfDay(turn.at_ms));
    put("own-note", words.join(" "));
    put("own-title", "Tối đa " + minutesText(turn.item.planned_ms) + ". " + turn.item.title);
  }

  function loadOrder() {
    window.clearTimeout(refetch);
    refetch = window.setTimeout(() => {
      getJson("/running-order").then(
        (view) => {
          order = withStart(view);
          page.papers = view.items.filter((item) => item.kind === "paper").map((item) => item.id);
          draw();
        },
        () => {}
      );
    }, Math.random() * spreadMs);
  }

  function loadBell() {
    return import("../bell.js").then(({ attachBell }) => (bell = attachBell("endpoint")));
  }

  /** The bell comes only where it is wanted: most phones never ring, and the page has to be light. */
  function offerBell() {
    const bellSwitch = $("[data-bell-switch]");

    function firstPress() {
      loadBell().then(
        () => bellSwitch.click(),
        () => bellSwitch.addEventListener("click", firstPress, { once: true }) // the line was down
      );
    }

    try {
      if (window.localStorage.getItem("giaoban-bell:endpoint")) {
        loadBell().catch(() => {});
      } else {
        $("[data-bell]").hidden = false;
        bellSwitch.addEventListener("click", firstPress, { once: true });
      }
    } catch {
      // where nothing can be remembered there is no bell
    }
  }

  offerBell();
  return {
    draw: draw,
    snapshot(fresh) {
      const moved = fresh.version !== snapshot.version;
      snapshot = fresh;
      if (moved && order) {
        loadOrder();
      }
      draw();
    },
  };
}
