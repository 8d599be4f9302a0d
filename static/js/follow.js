/**
 * Keeps one fragment of a page as the server has it: asks for it again when something moved, at most twice a second,
 * and a swap keeps what the person was doing: scroll, the keyboard's place, a click that is half done.
 *
 *   const following = follow({ id: "console", trigger: "order-changed", before(detail), after(detail), busy() });
 *   following.refresh()        // soon
 *   following.refresh(5000)    // within five seconds, together with whatever comes before
 *
 * `id` is the fragment's root, which refetches itself on the event `trigger` of <body>. `before` runs when a swap is
 * about to happen, `after` when it has. While `busy()`, if it is given, no refetch is swapped in: something is being done
 * to the fragment by hand, and whoever does it calls `refresh` at its end.
 */

import { createPace } from "./lib/pace.js";

const REFRESH_MS = 500;
const AFTER_FAILURE_MS = 2000;
const HELD_MS = 1500;

export function follow({ id, trigger, before, after, busy }) {
  let asking = false; // a request has really gone out
  let passedOver = false; // htmx asks nothing while an answer is under way, and that answer may be older than what moved
  let composing = false; // an input method is in the middle of a syllable: a swap would tear it
  let heldAtMs = -Infinity; // a button is held down: a swap would take it from under the finger, and the click with it
  let underWay = 0; // requests that have no answer yet
  let focus = null; // { id, holder } of what has the keyboard, and of the part around it that keeps it
  let scrolls = [];

  /** Only for so long: a list that drops down, or a release outside the window, never tells of the release. */
  function holding() {
    return performance.now() - heldAtMs < HELD_MS || Boolean(busy && busy());
  }

  function placeOf(active) {
    if (!active || !active.id || active === document.body) {
      return null;
    }
    const holder = active.closest("[data-holds-focus]");
    return { id: active.id, holder: holder ? holder.id : null };
  }

  /** A tool that was pressed may be gone with what it did; the others of its row are still wanted. */
  function firstIn(holder) {
    const part = holder && document.getElementById(holder);
    return part ? part.querySelector("button:not([disabled]):not([hidden]), a[href]") : null;
  }

  const refresh = createPace({
    everyMs: REFRESH_MS,
    nowMs: () => performance.now(),
    timers: { set: (fn, ms) => setTimeout(fn, ms), clear: (id) => clearTimeout(id) },
    act: ask,
  });

  function ask() {
    if (composing || holding()) {
      refresh();
    } else {
      asking = false;
      document.body.dispatchEvent(new CustomEvent(trigger));
      passedOver = !asking;
    }
  }

  document.addEventListener("compositionstart", () => (composing = true));
  document.addEventListener("compositionend", () => (composing = false));
  document.addEventListener("pointerdown", () => (heldAtMs = performance.now()));
  ["pointerup", "pointercancel", "dragend"].forEach((name) =>
    window.addEventListener(name, () => setTimeout(() => (heldAtMs = -Infinity))) // the click comes after the release
  );

  document.addEventListener("htmx:beforeRequest", (event) => {
    asking = asking || event.detail.elt.id === id; // other fragments of the page may listen for the same event
    const active = document.activeElement;
    // Before the pressed button is disabled: the browser takes the focus away from a disabled one. A refetch that begins
    // while that press is under way finds the keyboard nowhere.
    focus = placeOf(active) || (underWay && active === document.body ? focus : null);
    underWay += 1;
  });

  document.addEventListener("htmx:afterRequest", () => {
    underWay = Math.max(0, underWay - 1);
    if (passedOver) {
      passedOver = false;
      refresh();
    }
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = event.detail;
    if (detail.target.id !== id) {
      return;
    }
    if ((composing || holding()) && detail.requestConfig.elt === detail.target) {
      detail.shouldSwap = false;
      refresh();
      return;
    }
    const active = document.activeElement;
    focus = placeOf(active) || focus;
    scrolls = [...document.querySelectorAll("[data-keep-scroll]")].map((box) => [box.dataset.keepScroll, box.scrollTop, box.scrollLeft]);
    before(detail);
  });

  // Only then: while it settles, htmx puts every attribute back to what the server sent.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== id) {
      return;
    }
    scrolls.forEach(([name, top, left]) => {
      const box = document.querySelector(`[data-keep-scroll="${name}"]`);
      if (box) {
        box.scrollTop = top;
        box.scrollLeft = left;
      }
    });
    after(event.detail);
    const focused = focus && (document.getElementById(focus.id) || firstIn(focus.holder));
    if (focused && !focused.disabled && document.activeElement === document.body) {
      focused.focus({ preventScroll: true });
    }
  });

  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) =>
    document.addEventListener(name, () => refresh(AFTER_FAILURE_MS))
  );
  return { refresh: refresh };
}
