/**
 * Keeps one fragment of a page as the server has it: asks for it again when something moved, at most twice a second,
 * and a swap keeps what the person was doing: scroll, the keyboard's place, a click that is half done.
 *
 *   const following = follow({ id: "console", trigger: "order-changed", before(detail), after(detail) });
 *   following.refresh()        // soon
 *   following.refresh(5000)    // within five seconds, together with whatever comes before
 *
 * `id` is the fragment's root, which refetches itself on the event `trigger` of <body>. `before` runs when a swap is
 * about to happen, `after` when it has.
 */

const REFRESH_MS = 500;
const AFTER_FAILURE_MS = 2000;
const HELD_MS = 1500;

export function follow({ id, trigger, before, after }) {
  let timer = null;
  let dueAtMs = Infinity;
  let askedAtMs = -Infinity;
  let asking = false; // a request has really gone out
  let passedOver = false; // htmx asks nothing while an answer is under way, and that answer may be older than what moved
  let composing = false; // an input method is in the middle of a syllable: a swap would tear it
  let heldAtMs = -Infinity; // a button is held down: a swap would take it from under the finger, and the click with it
  let focusId = null;
  let scrolls = [];

  /** Only for so long: a list that drops down, or a release outside the window, never tells of the release. */
  function holding() {
    return performance.now() - heldAtMs < HELD_MS;
  }

  function refresh(withinMs) {
    const atMs = Math.max(performance.now() + (withinMs || 0), askedAtMs + REFRESH_MS);
    if (atMs >= dueAtMs) {
      return;
    }
    clearTimeout(timer);
    dueAtMs = atMs;
    timer = setTimeout(ask, atMs - performance.now());
  }

  function ask() {
    dueAtMs = Infinity;
    askedAtMs = performance.now();
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

  document.addEventListener("htmx:beforeRequest", () => {
    asking = true;
    const active = document.activeElement;
    // Before the pressed button is disabled: the browser takes the focus away from a disabled one.
    focusId = active && active.id && active !== document.body ? active.id : null;
  });

  document.addEventListener("htmx:afterRequest", () => {
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
    focusId = active && active.id && active !== document.body ? active.id : focusId;
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
    const focused = focusId && document.getElementById(focusId);
    if (focused && !focused.disabled && document.activeElement === document.body) {
      focused.focus({ preventScroll: true });
    }
  });

  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) =>
    document.addEventListener(name, () => refresh(AFTER_FAILURE_MS))
  );
  return { refresh: refresh };
}
