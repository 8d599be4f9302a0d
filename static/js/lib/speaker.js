/**
 * The parts of a speaker's text that the screens set apart.
 *
 * Same rule as giaoban/domain/speaker.py; tests/cases/speaker.json holds both to it.
 */

/** A body of the Council, then a unit of at least two words: a mere "tỉnh" cannot stand alone in large letters. */
const BODY_AND_UNIT = /^((?:Thường trực )?HĐND) (\S+ .+)$/;

/**
 * `{org, unit, short}`: "Thường trực HĐND xã Cao Minh, huyện Tràng Định" gives "THƯỜNG TRỰC HĐND", "Xã Cao Minh, huyện
 * Tràng Định" and, for lists and narrow lines, "Xã Cao Minh, Tràng Định". Any other text is a unit as it stands.
 */
export function speakerParts(text) {
  const whole = (text || "").normalize("NFC").trim().replace(/\s+/g, " ");
  const match = BODY_AND_UNIT.exec(whole);
  const unit = capitalised(match ? match[2] : whole);
  return { org: match ? match[1].toLocaleUpperCase("vi") : "", unit: unit, short: shortened(unit) };
}

function capitalised(text) {
  return text.charAt(0).toLocaleUpperCase("vi") + text.slice(1);
}

/** The parent's kind is dropped or cut behind a comma; the parent's name stays, because names of communes repeat. */
function shortened(unit) {
  return unit.replace(", huyện ", ", ").replace(", thành phố ", ", TP ").replace(", thị xã ", ", TX ");
}
