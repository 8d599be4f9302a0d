/** Words and figures of the screens: times of day, kinds of items, durations. Pure, no DOM. */

const KINDS = {
  technical_check: "Kiểm tra kỹ thuật",
  opening: "Khai mạc",
  report: "Báo cáo",
  paper: "Tham luận",
  break: "Giải lao",
  discussion: "Thảo luận",
  conclusion: "Kết luận",
  closing: "Bế mạc",
};

/** "Tham luận" for "paper". */
export function kindLabel(kind) {
  return KINDS[kind] || "";
}

/**
 * A function from an instant to "09:57" in the conference's zone, whatever zone the machine is set to.
 * Built once, because making an Intl formatter is slow on cheap phones.
 */
export function clockFormatter(timezone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (atMs) => (atMs == null ? "" : format.format(atMs));
}

/** What is expected, to the second, a begun one counting: what is to end at 12:00 is not shown as 11:59. */
export function begunSecond(atMs) {
  return atMs == null ? atMs : Math.ceil(atMs / 1000) * 1000;
}

/** "10 phút"; seconds only when there are some: "1 phút 30 giây". Never negative. */
export function minutesText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) {
    return rest + " giây";
  }
  return minutes + " phút" + (rest ? " " + rest + " giây" : "");
}

/** The nearest whole minutes, halves away from zero; as giaoban/domain/offsets.py, held to tests/cases/lengths.json. */
export function wholeMinutes(ms) {
  return Math.sign(ms) * Math.floor((Math.abs(ms) + 30000) / 60000);
}

/** "+12", "−3", or "" for less than half a minute. */
export function signedMinutes(ms) {
  const minutes = wholeMinutes(ms);
  return minutes === 0 ? "" : minutes > 0 ? "+" + minutes : "−" + -minutes;
}

/** "trễ 12 phút", "sớm 3 phút" or "đúng giờ"; positive is late. */
export function slipText(ms) {
  const minutes = wholeMinutes(ms);
  return minutes === 0 ? "đúng giờ" : minutes > 0 ? "trễ " + minutes + " phút" : "sớm " + -minutes + " phút";
}

/** A length to the minute, "5 phút"; under one minute in seconds, "45 giây". */
export function roundedText(ms) {
  return ms >= 60000 ? wholeMinutes(ms) + " phút" : Math.round(Math.max(0, ms) / 1000) + " giây";
}

/** A wait in whole minutes: "khoảng 36 phút", "dưới 1 phút". */
export function waitText(ms) {
  const minutes = wholeMinutes(ms);
  return minutes < 1 ? "dưới 1 phút" : "khoảng " + minutes + " phút";
}
