/**
 * Which rooms are shown: by the figures beside the board, by district, by what is typed. At once and without the server,
 * which does the same from the address where there are no scripts; the address follows, so that a reload keeps it.
 *
 *   const filter = attachFilter({ page, changed() });   // filter.apply(): to what the page holds now
 */

import { filters, shows } from "../lib/board_filter.js";
import { searchWords } from "../lib/search.js";
import { setText } from "../line_state.js";
import { current, holder, markStops, rooms, shown } from "./rooms.js";

const MARKS = ["loc", "duong-truyen"]; // one value each

export function attachFilter({ page }) {
  const form = page.querySelector("[data-find]");
  const search = form.querySelector("[name=tim]");
  const district = form.querySelector("[name=huyen]");
  const chosen = Object.fromEntries(MARKS.map((name) => [name, new URLSearchParams(location.search).get(name) || ""]));

  function wanted() {
    return {
      marks: MARKS.map((name) => chosen[name]).filter(Boolean),
      district: district ? district.value : "",
      text: search.value,
    };
  }

  function apply() {
    const filter = wanted();
    const typed = searchWords(filter.text).length > 0;
    let hits = 0;
    rooms().forEach((room) => {
      const whole = holder(room);
      const group = room.closest("[data-in]");
      const hit = shows(filter, { marks: whole.dataset.is.split(" "), district: group ? group.dataset.in : "", key: whole.dataset.key });
      whole.classList.toggle("cell--out", !hit);
      whole.classList.toggle("cell--hit", hit && typed);
      hits += hit ? 1 : 0;
    });
    page.querySelectorAll("[data-filter]").forEach((figure) => {
      if (chosen[figure.dataset.filter] === figure.dataset.value) {
        figure.setAttribute("aria-current", "true");
      } else {
        figure.removeAttribute("aria-current");
      }
    });
    const on = filters(filter);
    setText(page.querySelector(".find__n"), !on ? "" : hits === 0 ? "Không có" : `${hits} điểm cầu`);
    page.querySelector("[data-show-all]").hidden = !on;
    markStops();
  }

  function keepInAddress() {
    const query = new URLSearchParams(location.search);
    const now = { ...chosen, huyen: district ? district.value : "", tim: search.value.trim() };
    Object.entries(now).forEach(([name, value]) => (value ? query.set(name, value) : query.delete(name)));
    const text = query.toString();
    history.replaceState(null, "", location.pathname + (text ? "?" + text : ""));
  }

  function choose() {
    apply();
    keepInAddress();
    const first = rooms().find(shown);
    if (first && filters(wanted())) {
      holder(first).scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function clear() {
    MARKS.forEach((name) => (chosen[name] = ""));
    search.value = "";
    if (district) {
      district.value = "";
    }
    choose();
  }

  page.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    const figure = event.target.closest("[data-filter]");
    if (figure) {
      event.preventDefault();
      const { filter, value } = figure.dataset;
      chosen[filter] = chosen[filter] === value ? "" : value;
      choose();
    } else if (event.target.closest("[data-show-all]")) {
      event.preventDefault();
      clear();
      search.focus();
    }
  });
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = rooms().find(shown);
    if (first && searchWords(search.value).length) {
      first.click();
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && current()) {
      event.preventDefault();
      current().focus();
    } else if (event.key === "Escape") {
      event.stopPropagation(); // the panel stays open for a second Esc
      if (search.value) {
        search.value = "";
        choose();
      } else if (current()) {
        current().focus();
      }
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select") || document.querySelector("dialog[open]");
    if (event.key === "/" && !typing && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  return { apply: apply };
}
