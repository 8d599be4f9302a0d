/**
 * The message box: keeps what is being typed over a swap, and finds a room by any part of its name, without diacritics.
 *
 *   const say = attachSay({ refresh });
 *   say.beforeSwap(detail) / say.afterSwap()    // around every swap of the console
 *   say.tick(nowMs)                             // a message whose time is over: the console is asked for again
 *
 * The names are in #rooms of the page, outside of what is swapped, and so is the list of what was found.
 */

import { folded } from "../lib/search.js";

const SHOWN_MOST = 8;
const FIELDS = ["say-text", "say-room", "say-for"];

export function attachSay({ refresh }) {
  const source = document.getElementById("rooms");
  const names = source ? JSON.parse(source.textContent).map((name) => ({ name: name, key: folded(name) })) : [];
  const list = document.getElementById("say-rooms");
  let at = -1;
  let kept = null;

  // ---- a swap keeps half a message

  function beforeSwap(detail) {
    const box = document.querySelector("[data-message-box]");
    kept = null;
    if (!box) {
      return;
    }
    const form = box.querySelector(".say__form");
    const values = detail.requestConfig.elt === form && detail.xhr.status === 200 ? detail.requestConfig.formData : null;
    const sent = values && !values.has("quick") ? values.get("text") : null; // a usual text leaves what is half typed
    const active = FIELDS.find((id) => document.activeElement === document.getElementById(id));
    kept = {
      to: (form.querySelector('[name="to"]:checked') || {}).value,
      values: FIELDS.map((id) => document.getElementById(id).value),
      active: active,
      selection: active && active !== "say-for" ? selectionOf(document.activeElement) : null,
    };
    if (kept.values[0] === sent) {
      kept.values[0] = "";
    }
  }

  function afterSwap() {
    const box = document.querySelector("[data-message-box]");
    if (!box || !kept) {
      return;
    }
    const pick = box.querySelector('.say__pick[value="' + kept.to + '"]');
    if (pick) {
      pick.checked = true;
    }
    FIELDS.forEach((id, index) => (document.getElementById(id).value = kept.values[index]));
    if (kept.active) {
      const field = document.getElementById(kept.active);
      field.focus({ preventScroll: true });
      if (kept.selection) {
        field.setSelectionRange(...kept.selection);
      }
    }
    place();
  }

  function selectionOf(field) {
    return [field.selectionStart, field.selectionEnd];
  }

  // ---- finding a room

  function field() {
    return document.getElementById("say-room");
  }

  function find() {
    const wanted = folded(field().value.trim());
    const found = wanted ? names.filter((one) => one.key.includes(wanted)) : [];
    // Whose own name begins so comes first: "hoa" finds Hòa Bình before Xuân Hòa.
    found.sort((a, b) => begins(b, wanted) - begins(a, wanted));
    list.replaceChildren(...found.slice(0, SHOWN_MOST).map(option));
    at = -1;
    place();
  }

  function begins(one, wanted) {
    return one.key.startsWith(wanted) || one.key.includes(" " + wanted + ",") || one.key.endsWith(" " + wanted) ? 1 : 0;
  }

  function option({ name }, index) {
    const line = document.createElement("li");
    line.id = "say-rooms-" + index;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.textContent = name;
    return line;
  }

  /** The list stands below its field, wherever a swap has put that; it is there only while somebody types. */
  function place() {
    const input = field();
    const open = input !== null && document.activeElement === input && list.childElementCount > 0;
    list.hidden = !open;
    if (!input) {
      return;
    }
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", String(open));
    if (open) {
      const box = input.getBoundingClientRect();
      const below = window.innerHeight - box.bottom > list.offsetHeight + 8;
      list.style.left = box.left + "px";
      list.style.width = box.width + "px";
      list.style.top = below ? box.bottom + 2 + "px" : "auto";
      list.style.bottom = below ? "auto" : window.innerHeight - box.top + 2 + "px";
    }
  }

  function mark(step) {
    const lines = [...list.children];
    at = (at + step + lines.length) % lines.length;
    lines.forEach((line, index) => line.setAttribute("aria-selected", String(index === at)));
    field().setAttribute("aria-activedescendant", lines[at].id);
    lines[at].scrollIntoView({ block: "nearest" });
  }

  function choose(line) {
    field().value = line.textContent;
    list.replaceChildren();
    field().removeAttribute("aria-activedescendant");
    document.getElementById("say-text").focus();
    place();
  }

  function isField(event) {
    return event.target.id === "say-room";
  }

  document.addEventListener("input", (event) => isField(event) && find());
  document.addEventListener("focusin", (event) => (isField(event) ? find() : place()));
  document.addEventListener("keydown", (event) => {
    if (!isField(event) || event.isComposing || list.hidden) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(list.children[Math.max(0, at)]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      list.replaceChildren();
      place();
    }
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the keyboard
    const line = event.target.closest("li");
    if (line) {
      choose(line);
    }
  });
  document.addEventListener("focusout", (event) => isField(event) && setTimeout(place));
  window.addEventListener("resize", place);
  // Whoever chooses a room goes on to its name.
  document.addEventListener("change", (event) => event.target.id === "say-to-room" && field().focus());

  // ---- a message whose time is over

  function tick(nowMs) {
    document.querySelectorAll("[data-until]").forEach((line) => {
      if (nowMs >= Number(line.dataset.until)) {
        line.removeAttribute("data-until");
        refresh();
      }
    });
  }

  return { beforeSwap: beforeSwap, afterSwap: afterSwap, tick: tick };
}
