"""The words above and in the tables that people read: English as the data have it, then Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from events.vocabulary import LABELS

NOUNS: Final[Mapping[str, str]] = {
    "alerts": "预警 alerts", "offices": "机关 offices", "clocks": "期限 time limits", "matters": "信访事项 matters",
    "submissions": "信访件 submissions", "findings": "研判 findings", "flow": "每日流量 flow", "timeliness": "及时情况 timeliness",
    "reads": "查阅记录 reads", "oversight": "督查监督 oversight",
}
PARTS: Final[Mapping[str, str]] = {
    "matter": "事项 the matter", "submission": "信访件 the submission", "submissions": "信访件 submissions", "finding": "结论 the finding",
    "holds": "现是否有效 holds now", "withdrawn_by": "撤销于 withdrawn by", "evidence": "依据 evidence", "score": "得分 score",
    "said": "原文所载 as said", "clocks": "期限 time limits", "findings": "研判 findings", "actions": "办理经过 actions",
    "events": "事件 events",
    "office": "机关 the office", "missed": "逾期 missed", "running": "在办 running", "offices": "机关逾期 arrears of offices",
    "alert": "预警 the alert", "steps": "逐期 period by period", "drivers": "主要来源 driven by", "look_at": "请看 look at",
    "life": "经过 its life",
}
"""Of one thing shown whole."""
HEADINGS: Final[Mapping[str, str]] = {
    "matter_id": "matter 信访事项", "submission_id": "submission 信访件", "finding_id": "finding 研判", "event_id": "event 事件",
    "county": "county 县", "office": "office 机关", "office_id": "office 机关", "rule": "rule 规则", "article": "article 条款",
    "kind": "kind 种类", "state": "state 状态", "stage": "stage 阶段", "purpose": "purpose 目的", "category": "category 内容",
    "channel": "channel 渠道", "opened_on": "opened 首次登记", "registered_on": "registered 登记", "replied_on": "replied 答复",
    "due_strict": "due 到期", "due_rolled": "rolled 顺延", "started": "started 起", "ended": "ended 止", "missed": "missed 逾期",
    "running": "running 在办", "met": "met 按期", "next_due": "next 最近到期", "level": "level 层级", "name": "name 名称",
    "last_seen": "seen 最近", "event_time": "time 时间", "last_time": "last 最近", "status": "status 效力", "cause": "cause 原因",
    "year": "year 年", "registered": "registered 登记", "replied": "replied 答复", "median_days": "median 中位天数", "day": "day 日",
    "events": "events 件", "r23d_ended": "R-23d 已到期", "r23d_missed": "missed 逾期", "r23d_running": "running 在办",
    "r23d_none": "none 不另起算",
    "repeat_of": "repeat 重复于", "copy_of": "copy 多投", "cross_level": "cross-level 越级", "first_in": "first 初次",
    "happened": "happened 发生", "known": "known 知悉", "then": "then 当时", "versus": "versus 对比", "field": "field 字段",
    "changed": "changed 变化",
    "alert_id": "alert 预警", "stream": "stream 指标流", "urgency": "urgency 缓急", "overdue": "overdue 逾期", "matters": "matters 事项",
    "observed": "came 实际", "expected": "expected 预期", "opened_at": "raised 提出", "since": "since 起", "until": "until 止",
    "silenced_until": "silenced 静默至", "undelivered": "undelivered 未送达", "post": "post 岗位", "acknowledged_by": "taken by 受领岗位",
    "submissions": "received 件", "competent_level": "competent 有权层级", "competent_office": "competent 有权机关",
    "notes": "notes 提示", "weight": "weight 权重", "type": "type 类型",
    "reason": "reason 原因", "reference": "paper 文号", "answerable": "answerable 承办机关", "answerable_since": "since 承办起",
    "green_channel": "green channel 绿色通道", "listed": "listed 积案名单", "responsibility": "responsibility 责任链", "id": "id 编号",
    "version": "version 版本", "proposed": "proposed 待核", "received_on": "received 收到", "entered_at": "entered 录入",
    "office_level": "office level 机关层级", "office_kind": "kind of office 机关类别", "log_time": "log time 入库时间",
    "partition": "partition 分区", "offset": "offset 位移", "rule_set": "rule set 规则集", "causation_id": "cause 起因事件",
    "number": "number 编号", "to": "to 去向", "due": "due 到期", "done": "done 完成", "answer": "answer 采纳",
    "evidence": "evidence 依据", "last_event": "last event 最近事件", "feed": "feed 来源",
    "history": "known to 沿革至", "mirror": "log ends 日志末尾", "findings": "findings 研判",
    "oldest_due": "oldest due 最早到期", "due_soon": "due soon 将到期", "began": "began 开始", "low": "low 下限", "high": "high 上限",
    "line": "line 警戒线", "what": "what 看什么", "query": "query 查询", "watched": "watched 指标", "grain": "period 周期",
    "delivered": "delivered 已送达", "escalation": "passed on 上报次数", "method": "method 方法", "link": "link 链接",
}

_STATES: Final = {
    "running": "在办", "met": "按期", "missed": "逾期", "cancelled": "撤销", "expired": "过期未用", "stopped": "中止",
    "external": "另依法定", "open": "待受领", "acknowledged": "已受领", "resolved": "已解除",
}
_STAGES: Final = {
    "registered": "已登记", "routed": "已转送", "acceptance_overdue": "逾期未受理", "accepted": "已受理", "replied": "已答复",
    "in_review": "复查复核中", "reviewed": "已复查复核", "concluded": "已办结", "declined": "不予受理", "external": "依法分类处理",
}
_FINDINGS: Final = {
    "matter_opened": "新事项", "repeat_found": "重复信访", "copies_found": "一信多投", "cross_level_found": "越级走访",
    "deadline_near": "即将到期", "deadline_missed": "逾期", "in_process_duplicate": "办理期内重复",
    "concluded_repeat": "终结后重复", "upward_found": "上行",
    "repeat_upward_found": "重复上行", "joint_found": "集体访或联名信", "backlog_entered": "列入积案", "backlog_left": "积案销号",
    "backlog_candidate": "拟列积案", "bounced_found": "推诿", "refused_registration": "不予登记", "related_found": "他人同一事项",
    "protocol_breach": "程序不合", "waiting_found": "久等登记", "retracted": "撤销",
}
_CAUSES: Final = {
    "refused_registration": "曾被不予登记", "agreement_not_performed": "协议未履行", "bounced": "被推诿", "office_overdue": "机关逾期",
    "answered_dissatisfied": "对答复不满意", "never_put": "未曾逐级提出", "in_time": "办理期限内",
}
_OVERSIGHT: Final = {
    "recommendation": "三项建议", "urgent_report": "重大紧急报告", "meeting": "联席会议", "leader": "领导包案", "supervision": "督办",
    "mediation": "调解",
}
_NOTES: Final = {
    "route_not_told": "未告知途径", "returned": "已退回待重办", "on_its_way": "转送途中",
    "out_of_time": "逾期申请", "nothing_to_review": "无可复查", "names_unknown": "所指不明", "corrects_later": "更正循环",
    "without_effect": "更正无效", "office_unknown": "机关不明",
}
_ANSWERS: Final = {
    "waiting": "未到期", "overdue": "逾期", "answered": "按期反馈", "answered_late": "逾期反馈", "performed": "已履行",
    "performed_late": "逾期履行", "both": "已报两级", "nation_missing": "未报国家信访局", "next_level_missing": "未报上一级",
    "both_missing": "两级均未报",
}
WATCHED: Final = {
    "first": "初次", "repeat": "重复", "cross_level": "越级访", "upward": "上行", "joint": "集体访、联名信", "deadline_missed": "逾期",
    "refused_registration": "不予登记", "bounced": "推诿", "dissatisfied": "不满意",
}
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "state": {**_STATES, **_ANSWERS}, "stage": _STAGES, "kind": {**LABELS, **_FINDINGS, **_OVERSIGHT, **_NOTES}, "cause": _CAUSES,
    "status": {"standing": "有效", "proposed": "待核"},
    "cross_level": {"not_applicable": "不适用", "no": "否", "yes": "是", "undetermined": "未定"},
    "urgency": {"notice": "提示", "page": "急告"}, "watched": WATCHED,
    "duty": {"first_receiver": "首接", "receiving": "收到待受理", "responsible": "责任", "supervising": "督办", "leader": "包案领导"},
    "what": {"improve_work": "改进工作", "improve_policy": "完善政策", "accountability": "追究责任", "agreed": "达成协议",
             "not_agreed": "未达成"},
    "answer": {"taken_up": "采纳", "not_taken_up": "未采纳"},
    **dict.fromkeys(("category", "channel", "purpose", "office_kind"), LABELS),
}
"""By the name of the column: one word may mean two things."""
