/**
 * The line under the console's controls that says which reason goes with time over the cap: keeps what was chosen and
 * typed over a swap as long as the same item is on, and gives the keyboard back to the console after a tap.
 */

let kept = null;

function read() {
  const line = document.querySelector("[data-cap]");
  if (!line) {
    return null;
  }
  const own = line.querySelector("#cap-own");
  return {
    item: line.dataset.cap,
    chosen: line.querySelector("input[type=radio]:checked").id,
    text: own.value,
    caret: document.activeElement === own ? [own.selectionStart, own.selectionEnd] : null,
  };
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "console") {
    kept = read() || kept;
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const line = document.querySelector("[data-cap]");
  if (event.detail.target.id !== "console" || !line || !kept || line.dataset.cap !== kept.item) {
    return;
  }
  const own = line.querySelector("#cap-own");
  document.getElementById(kept.chosen).checked = true;
  own.value = kept.text;
  if (kept.caret) {
    own.focus({ preventScroll: true });
    own.setSelectionRange(kept.caret[0], kept.caret[1]);
  }
});

// A tap leaves the keys with the console; somebody who moves through the reasons by keyboard keeps the place.
document.addEventListener("click", (event) => {
  const choice = event.target;
  if (!choice.matches("[data-cap] input[type=radio]") || event.detail === 0) {
    return;
  }
  choice.blur();
});

document.addEventListener("change", (event) => {
  if (event.target.id === "cap-other") {
    document.getElementById("cap-own").focus();
  }
});

// What is typed into the form of a reason is what is meant.
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-own]")) {
    event.target.form.querySelector('input[name="reason"][value=""]').checked = true;
  }
});
