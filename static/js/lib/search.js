/**
 * A text without diacritics, in lower case, for finding a name that was typed without them. Pure, no DOM.
 *
 * Same rule as giaoban/domain/texts.py; tests/cases/search.json holds both to it.
 */
export function folded(text) {
  return text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/\p{M}/gu, "");
}
