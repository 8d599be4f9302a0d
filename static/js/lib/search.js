/**
 * Finding a unit by what was typed: without diacritics, in any normal form, by words or by code. Pure, no DOM.
 *
 * Same rules as giaoban/domain/texts.py; tests/cases/search.json holds both to it.
 */

const KINDS = { tt: ["thi", "tran"], tp: ["thanh", "pho"], tx: ["thi", "xa"] };

/** A text without diacritics, in lower case. */
export function folded(text) {
  return text.toLowerCase().replace(/[đð]/g, "d").normalize("NFD").replace(/\p{M}/gu, "");
}

/** Its words, folded, without signs, kinds of units written out. */
export function searchWords(text) {
  const typed = folded(text).match(/[\p{L}\p{N}]+/gu) || [];
  return [].concat(...typed.map((word) => (Object.prototype.hasOwnProperty.call(KINDS, word) ? KINDS[word] : [word])));
}

/** How well a unit of that key ("xa cao minh, huyen trang dinh, 06007") answers what was typed, 0 best; null: not at all. */
export function searchRank(key, typed) {
  const wanted = searchWords(typed);
  const parts = key.split(",").map(searchWords);
  const words = [].concat(...parts);
  const phrase = " " + wanted.join(" ");
  const own = " " + parts[0].join(" ");
  if (!wanted.length || phrase === " " + parts[parts.length - 1].join(" ") || own.endsWith(phrase)) {
    return 0;
  }
  if (own.includes(phrase)) {
    return 1;
  }
  if ((" " + words.join(" ")).includes(phrase)) {
    return 2;
  }
  return wanted.every((part) => words.some((word) => word.startsWith(part))) ? 3 : null;
}
