/** What to do about a check-in that the server has refused, by the code of its refusal. Pure, no DOM. */

const WAYS = {
  invalid_input: "Xin bấm Sửa, ghi lại cho đúng rồi gửi.",
  check_in_id_reused: "Máy chủ đã nhận mã của lần gửi này với nội dung khác. Xin xem lại rồi bấm Gửi lại.",
  forbidden: "Máy này đã vào một điểm cầu khác. Xin nhập lại mã của điểm cầu này rồi bấm Gửi lại.",
  not_found: "Danh sách điểm cầu có thể đã thay đổi. Xin báo thư ký.",
  invalid_transition: "Nếu điểm cầu đã có mặt mà chưa được ghi, xin báo thư ký.",
};

/** The sentence, with the telephone if the page has one. */
export function whatToDo(code, hasTelephone) {
  const way = WAYS[code] || "Xin bấm Gửi lại. Nếu vẫn không được, xin báo thư ký.";
  return way + (hasTelephone && way.indexOf("thư ký") >= 0 ? " Số máy ở cuối trang." : "");
}
