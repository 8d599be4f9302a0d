/**
 * What others say of a room, in words for the room. Pure, no DOM. Same rules as giaoban/web/room_words.py;
 * tests/cases/room_words.json holds both to them.
 */

const WHO = { secretary: "Ban tổ chức ghi", district: "Cấp huyện báo thay" };

/** `{effective, own, annulled}` are records or null; `timeOfDay(ms)` tells an instant. "" when there is nothing to say. */
export function roomNote({ effective, own, annulled }, timeOfDay) {
  const told = [];
  if (annulled) {
    told.push("Lần điểm danh lúc " + timeOfDay(annulled.happened_at_ms) + " đã bị hủy: " + annulled.annulled.reason + ".");
    if (!effective) {
      told.push("Xin điểm danh lại.");
    }
  }
  if (effective && WHO[effective.source]) {
    told.push(WHO[effective.source] + " lúc " + timeOfDay(effective.happened_at_ms) + ": " + said(effective) + ".");
    if (own && said(own) !== said(effective)) {
      const before = "Điểm cầu đã báo lúc " + timeOfDay(own.happened_at_ms) + ": " + said(own);
      told.push(before + ". Bản của Ban tổ chức được tính.");
    }
    told.push(effective.source === "secretary" ? "Nếu chưa đúng, xin gọi thư ký." : "Nếu chưa đúng, xin bấm Sửa.");
  }
  return told.join(" ");
}

function said(record) {
  if (record.status === "absent") {
    return "Vắng (" + record.reason + ")";
  }
  const total = record.headcount.total;
  return total ? "Có mặt, " + total + " đại biểu" : "Có mặt";
}
