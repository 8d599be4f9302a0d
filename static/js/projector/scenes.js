/**
 * The projector's scenes: the texts of a snapshot written into them, which of them is seen, and letters that fit.
 *
 *   const scenes = showScenes(hall, { prepare, faded });   // scenes.draw(snapshot); scenes.fitAll(); scenes.name()
 *
 * `hall` has `put` and `putOrHide` (lib/places.js) and the `signal` that ends it. `prepare(name, then)` is asked before another scene is seen,
 * and `then()` shows it; `faded()` is called when the former is gone.
 */

import { fitAll } from "../lib/fit.js";
import { kindLabel } from "../lib/format.js";
import { heading, paperNumber, shownScene, texts } from "../lib/stage.js";

/** A message of more letters than this is set smaller. */
const LONG_NOTICE = 90;
/** How often it is looked whether a scene covers the former wholly; --motion-scene is longer. */
const COVERED_MS = 100;
/** What a scene may take to get ready before it is shown as it is. */
const READY_MS = 1000;

/** A part of a scene that is being covered by another: it keeps its texts until it is gone. */
export const leaving = (element) => element.closest("[data-leaving]") !== null;

export function showScenes({ put, putOrHide, signal }, { prepare, faded }) {
  let fading = null;
  let awaited = null;

  /** Everything that changes with the snapshot alone. The scene first: the one that goes is to stay as it was. */
  function draw(snapshot) {
    show(shownScene(snapshot));
    if (snapshot.live) {
      drawSpeaker(snapshot.live.item);
    }
    drawComing(snapshot.next.map(heading));
    drawMessage(snapshot.message ? snapshot.message.text : "");
  }

  function drawSpeaker(item) {
    const parts = texts(item);
    put("kind", kindLabel(item.kind));
    put("number", paperNumber(item.id, document.getElementById("agenda").dataset.papers.split(" ")));
    putOrHide("org", parts.org);
    put("unit", parts.unit);
    putOrHide("topic", parts.topic);
  }

  function drawComing([first, second]) {
    putOrHide("next-word", first ? "Tiếp theo" : "");
    put("next", first || "");
    putOrHide("after-next", second ? "Chuẩn bị: " + second : "");
    putOrHide("break-next", first ? "Tiếp theo: " + first : "");
  }

  function drawMessage(text) {
    put("message", text);
    document.querySelectorAll("[data-name]:not([data-leaving])").forEach((scene) => {
      scene.querySelectorAll("[data-notice]").forEach((element) => {
        element.hidden = !text;
        element.classList.toggle("notice--long", text.length > LONG_NOTICE);
      });
      scene.classList.toggle("maket--told", scene.dataset.name === "maket" && Boolean(text));
    });
  }

  function show(name) {
    if (awaited === name) {
      return;
    }
    awaited = name;
    if (document.body.dataset.scene !== name) {
      const ready = () => awaited === name && turn(name);
      window.setTimeout(ready, READY_MS);
      prepare(name, ready);
    }
  }

  function turn(name) {
    if (signal.aborted || document.body.dataset.scene === name) {
      return;
    }
    document.body.dataset.scene = name;
    document.querySelectorAll("[data-name]").forEach((scene) => {
      if (scene.dataset.name === name) {
        delete scene.dataset.leaving;
      } else if (scene.hasAttribute("data-on")) {
        scene.dataset.leaving = "last";
      } else if (scene.hasAttribute("data-leaving")) {
        scene.dataset.leaving = "";
      }
      scene.toggleAttribute("data-on", scene.dataset.name === name);
      scene.setAttribute("aria-hidden", String(scene.dataset.name !== name));
    });
    window.clearTimeout(fading);
    fading = window.setTimeout(settle, COVERED_MS);
    fitAll(document.querySelector("[data-on]"));
  }

  /** Only what is wholly covered may go, however slow the machine draws. */
  function settle() {
    if (signal.aborted) {
      return; // the page is another one by now
    }
    if (Number(getComputedStyle(document.querySelector("[data-on]")).opacity) < 1) {
      fading = window.setTimeout(settle, COVERED_MS);
      return;
    }
    document.querySelectorAll("[data-leaving]").forEach((scene) => scene.removeAttribute("data-leaving"));
    faded();
  }

  return {
    draw: draw,
    fitAll: () => fitAll(document.querySelector("[data-on]")),
    name: () => document.body.dataset.scene,
  };
}
