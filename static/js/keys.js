/**
 * The console's keyboard: one key, one press of a button that is on the screen.
 *
 *   attachKeys({ press(command), locked(), help() })   // press: "go", "pause", "plus", "minus", "undo"
 *
 * Never while somebody types, never while a dialog is open, never for a key that is held down. The space bar belongs to
 * a control that was reached by keyboard; after a mouse click it belongs to the Go button again.
 */

const COMMANDS = { " ": "go", n: "go", p: "pause", "+": "plus", "=": "plus", "-": "minus", "−": "minus", u: "undo" };

export function attachKeys({ press, locked, help }) {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      help();
      return;
    }
    const command = commandOf(event);
    if (!command || document.querySelector("dialog[open]") || event.target.closest("#drawer")) {
      return;
    }
    if (event.key === " " && ownsSpace(event.target)) {
      return;
    }
    event.preventDefault();
    if (!locked()) {
      press(command);
    }
  });
}

/** The command of the key, or undefined; Ctrl+Z undoes, other keys with Ctrl or Cmd belong to the browser. */
function commandOf({ key, ctrlKey, metaKey }) {
  const letter = key.length === 1 ? key.toLowerCase() : key;
  if (ctrlKey || metaKey) {
    return letter === "z" ? "undo" : undefined;
  }
  return COMMANDS[letter];
}

const NO_TEXT = ["radio", "checkbox", "range", "button", "submit"];

function isTyping(element) {
  const field = /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && !NO_TEXT.includes(element.type);
  return field || element.isContentEditable;
}

function ownsSpace(element) {
  return element.matches("button:focus-visible, summary:focus-visible, a:focus-visible, input:focus-visible") || element.matches("[data-go]");
}
