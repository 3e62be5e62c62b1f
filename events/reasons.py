"""Why something was rejected 退回原因: a code for scripts, a sentence and a next step for a clerk, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.errors import RejectedInput, Where


class Reason(StrEnum):
    """Stable codes. New ones may be added, none changes its meaning."""

    TOMBSTONE = "language.tombstone"
    OVERSIZED = "language.oversized"
    INVALID_UTF8 = "language.invalid_utf8"
    TRUNCATED_JSON = "language.unreadable_json"
    NOT_AN_EVENT = "language.not_an_event"
    UNKNOWN_TYPE = "language.unknown_type"
    UNKNOWN_VERSION = "language.unknown_version"
    WRONG_FIELD = "language.wrong_field"
    FUTURE_DATE = "language.future_date"
    TOO_OLD = "language.before_1949"
    UNKNOWN_COUNTY = "language.unknown_county"
    KEY_MISMATCH = "language.key_is_not_the_county"
    RECEIPT_AFTER_REGISTRATION = "law.receipt_after_registration"
    ACCEPTED_BEFORE_ARRIVAL = "law.accepted_before_arrival"
    REGISTERED_OTHERWISE = "law.registered_otherwise"
    CORRECTS_LATER = "law.corrects_a_later_correction"
    MISSING_COLUMN = "door.missing_column"
    TEXT_TOO_LONG = "door.text_too_long"
    UNREADABLE_FILE = "door.unreadable_file"
    UNFINISHED_ROW = "door.unfinished_row"
    DUPLICATE_ROW = "door.duplicate_row"
    UNREADABLE_DATE = "door.unreadable_date"
    UNKNOWN_VALUE = "door.unknown_value"
    UNKNOWN_OFFICE = "door.unknown_office"
    LOST_DIGITS = "door.lost_digits"
    FORMULA_CELL = "door.formula_cell"
    CLEAR_TEXT = "door.clear_text"
    ALREADY_SEALED = "door.already_sealed"
    CLOCK_AT_THE_DOOR = "door.clock"
    ERASED = "door.erased"


@dataclass(frozen=True, slots=True)
class Advice:
    """Two languages of what happened and of what to do."""

    zh: str
    en: str
    todo: str


ADVICE: Final[dict[Reason, Advice]] = {
    Reason.TOMBSTONE: Advice("空记录:日志中不允许删除标记", "an empty record: the log allows no tombstones",
                             "find the producer that sent it; nothing was deleted"),
    Reason.OVERSIZED: Advice("事件过大", "the event is larger than the log takes",
                             "send the text through a door, which seals and bounds it"),
    Reason.INVALID_UTF8: Advice("编码不是UTF-8", "the bytes are not UTF-8", "export again as UTF-8 and re-send"),
    Reason.TRUNCATED_JSON: Advice("JSON不完整或有误", "the JSON is truncated or malformed", "re-send the whole event"),
    Reason.NOT_AN_EVENT: Advice("不是CloudEvents 1.0事件", "not a CloudEvents 1.0 event", "see docs/events.md for the form"),
    Reason.UNKNOWN_TYPE: Advice("未知的事件类型", "an event type that nobody knows", "see docs/events.md for the types"),
    Reason.UNKNOWN_VERSION: Advice("未知的事件版本", "a version of the event type that this software does not know yet",
                                   "update Sanfang, then redrive"),
    Reason.WRONG_FIELD: Advice("字段有误", "a field is missing, unknown or of the wrong type", "correct the field and re-send"),
    Reason.FUTURE_DATE: Advice("日期在将来", "the date lies in the future", "correct the date and re-send"),
    Reason.TOO_OLD: Advice("日期早于1949年10月1日", "the date lies before 1949-10-01", "correct the date and re-send"),
    Reason.UNKNOWN_COUNTY: Advice("行政区划代码不存在", "no county has this GB/T 2260 code", "correct the county and re-send"),
    Reason.KEY_MISMATCH: Advice("消息键与县区代码不一致", "the record's key is not the event's county",
                                "send through a door, which sets the key"),
    Reason.RECEIPT_AFTER_REGISTRATION: Advice("收到日期晚于登记日期", "received after it was registered (ruling 1)",
                                              "correct received_on and re-send"),
    Reason.ACCEPTED_BEFORE_ARRIVAL: Advice("受理日期早于到达日期", "accepted before it arrived at the office (ruling 43)",
                                           "correct the date of the notice and re-send"),
    Reason.REGISTERED_OTHERWISE: Advice("该信访件编号已登记为另一件", "this submission number was already registered with other content",
                                        "use petition.corrected.v1 to change a registration, or give a new number"),
    Reason.CORRECTS_LATER: Advice("更正所指的更正晚于其自身", "a correction of one that is dated later, or of itself: it has no effect",
                                  "date it after the correction that it puts right and re-send"),
    Reason.MISSING_COLUMN: Advice("缺少列", "a column that the mapping names is not in the file",
                                  "choose another mapping or add the column"),
    Reason.TEXT_TOO_LONG: Advice("文本过长", "the text is longer than a petition can be", "attach it elsewhere and shorten the text"),
    Reason.UNREADABLE_FILE: Advice("文件无法读取", "the file cannot be read as what it claims to be", "export it again as CSV or xlsx"),
    Reason.UNFINISHED_ROW: Advice("行不完整", "the row breaks off, or has more or fewer cells than the header",
                                  "export the file again; it may be truncated"),
    Reason.DUPLICATE_ROW: Advice("编号在文件中重复", "the same number stands in the file twice; the first row was taken",
                                 "see which of the two rows is right"),
    Reason.UNREADABLE_DATE: Advice("日期无法识别", "a date that cannot be read", "write it as 2024-03-01 and re-send"),
    Reason.UNKNOWN_VALUE: Advice("词语不在对照表中", "a word that the mapping's table does not have",
                                 "correct the cell, or add the word to the mapping"),
    Reason.UNKNOWN_OFFICE: Advice("机构无法识别", "an office that neither the list of offices nor the rules know",
                                  "add it to the file given with --offices"),
    Reason.LOST_DIGITS: Advice("数字已丢失末位", "a long number that a spreadsheet has rounded",
                               "export again with the column formatted as text"),
    Reason.FORMULA_CELL: Advice("单元格是公式", "a formula where a value belongs", "paste the column as values and re-send"),
    Reason.CLEAR_TEXT: Advice("日志中不得有明文个人信息", "names, numbers or text in clear may not enter the log",
                              "send through a door, which makes pseudonyms and seals"),
    Reason.ALREADY_SEALED: Advice("入口只收明文报送格式,不收已密封或已化名的内容", "the door takes the door form, nothing sealed or "
                                  "pseudonymous already", "send names and text as people write them; the door seals"),
    Reason.CLOCK_AT_THE_DOOR: Advice("时钟事件不从入口进入", "the clock comes through no door", "leave clock.ticked to the running system"),
    Reason.ERASED: Advice("该信访件的文本已删除,不再收其文字", "the words of this submission were erased: no others are sealed for it",
                          "send the action without title and text, or as a new submission"),
}


def rejected(reason: Reason, detail: str = "", *, where: Where | None = None) -> RejectedInput:
    """The error for a reason; ``detail`` is what exactly was wrong here."""
    advice = ADVICE[reason]
    what = f"{advice.zh} / {advice.en}" + (f": {detail}" if detail else "")
    return RejectedInput(reason.value, what, where=where, todo=advice.todo)
