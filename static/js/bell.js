/**
 * A screen's bell, made by Web Audio: one stroke at two minutes left, two at thirty seconds, three deep ones at the end.
 *
 *   const bell = attachBell("monitor");        // with a signal as well: it ends when that aborts
 *   bell.tick(live, kind, nowMs)      // with every tick of the page's clock
 *   bell.ring("warning")              // for something else that wants to be heard, with the strokes of that state
 *
 * Chosen for each kind of screen by the switch in `data-bell` and remembered on this machine; off at first. A browser
 * lets a page sound only once somebody has touched it: until then the page says that it cannot.
 */

import { createBell } from "./lib/bell.js";

/** Strokes of each state: how many, how high (Hz), how far apart (s). */
const STROKES = {
  warning: { times: 1, hz: 880, apartS: 0 },
  danger: { times: 2, hz: 1046.5, apartS: 0.35 },
  over: { times: 3, hz: 587.3, apartS: 0.55 },
};
/** A small bell: the partials over its fundamental, each with its strength and how long it is heard (s). */
const PARTIALS = [
  [1, 0.6, 1.4],
  [2.76, 0.22, 0.6],
  [5.4, 0.08, 0.25],
];

export function attachBell(screen, signal) {
  const root = document.querySelector("[data-bell]");
  const button = root.querySelector("[data-bell-switch]");
  const volume = root.querySelector("[data-bell-volume]");
  const blocked = root.querySelector("[data-bell-blocked]");
  const key = "giaoban-bell:" + screen;
  const Context = window.AudioContext || window.webkitAudioContext;
  const bell = createBell();
  let choice = remembered();
  let sound = null;

  function remembered() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(key)) || {};
      return { on: kept.on === true, volume: kept.volume > 0 && kept.volume <= 100 ? kept.volume : 70 };
    } catch {
      return { on: false, volume: 70 }; // nothing may be kept here, or it is nothing that was kept by this page
    }
  }

  function remember() {
    try {
      window.localStorage.setItem(key, JSON.stringify(choice));
    } catch {
      // it then lasts as long as the page is open
    }
  }

  function draw() {
    button.setAttribute("aria-pressed", String(choice.on));
    button.querySelector("[data-bell-word]").textContent = choice.on ? "Chuông: bật" : "Chuông: tắt";
    root.querySelectorAll("[data-bell-icon]").forEach((icon) => (icon.hidden = icon.dataset.bellIcon !== (choice.on ? "on" : "off")));
    volume.hidden = !choice.on;
    volume.value = choice.volume;
    blocked.hidden = !choice.on || Boolean(sound && sound.state === "running");
    document.body.toggleAttribute("data-bell-blocked", !blocked.hidden);
  }

  /** The sound, if there may be any now or soon. */
  function wake() {
    if (!sound) {
      sound = new Context();
      sound.addEventListener("statechange", draw, { signal: signal });
    }
    return sound.state === "running" ? Promise.resolve() : sound.resume().then(draw, draw);
  }

  function stroke(atS, hz) {
    PARTIALS.forEach(([over, strength, heardS]) => {
      const tone = sound.createOscillator();
      const loud = sound.createGain();
      tone.frequency.value = hz * over;
      loud.gain.setValueAtTime(0.0001, atS);
      loud.gain.exponentialRampToValueAtTime(Math.max(0.0002, (strength * choice.volume) / 100), atS + 0.008);
      loud.gain.exponentialRampToValueAtTime(0.0001, atS + heardS);
      tone.connect(loud).connect(sound.destination);
      tone.start(atS);
      tone.stop(atS + heardS);
    });
  }

  function ring(state) {
    const { times, hz, apartS } = STROKES[state];
    wake().then(() => {
      for (let time = 0; sound.state === "running" && time < times; time += 1) {
        stroke(sound.currentTime + 0.02 + time * apartS, hz);
      }
    });
  }

  function turn() {
    choice = { ...choice, on: !choice.on };
    remember();
    draw();
    if (choice.on) {
      ring("warning");
    }
  }

  if (Context) {
    root.hidden = false;
    button.addEventListener("click", turn);
    volume.addEventListener("input", () => {
      choice = { ...choice, volume: Number(volume.value) };
      remember();
    });
    volume.addEventListener("change", () => ring("warning"));
    // After a reload nobody has touched the page yet: whatever they touch first gives it its voice.
    ["pointerup", "keydown"].forEach((name) => document.addEventListener(name, () => choice.on && wake(), { signal: signal }));
    if (signal) {
      signal.addEventListener("abort", () => sound && sound.close());
    }
    if (choice.on) {
      wake();
    }
    draw();
  }

  function ringIfOn(state) {
    if (state && choice.on && Context) {
      ring(state);
    }
  }

  return {
    tick: (live, kind, nowMs) => ringIfOn(bell.tick(live, kind, nowMs)),
    ring: ringIfOn,
  };
}
