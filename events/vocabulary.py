"""The controlled words of petition work. Values are stable and in English; `LABELS` has the Chinese terms.

Levels are integers: 1 township or street 乡镇街道, 2 county 县, 3 city 市, 4 province 省, 5 nation 国家.
Articles are those of the 信访工作条例 (2022).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

Level = Annotated[int, Field(ge=1, le=5, description="1 township, 2 county, 3 city, 4 province, 5 nation")]


class Channel(StrEnum):
    """How a petition came (art. 17). Only a visit can be cross-level or a joint visit."""

    LETTER = "letter"
    VISIT = "visit"
    WEB = "web"
    PHONE = "phone"
    FAX = "fax"


class Purpose(StrEnum):
    """信访目的: what the petitioner asks, and so which article governs the handling."""

    SUGGESTION = "suggestion"
    ACCUSATION = "accusation"
    CLAIM = "claim"


class Route(StrEnum):
    """处理途径: the way a matter is handled. Only ``31.6`` has the sixty days of art. 34."""

    SUGGESTION = "29"
    ACCUSATION = "30"
    COURTS = "31.1"
    ARBITRATION = "31.2"
    PARTY_APPEAL = "31.3"
    ADMINISTRATIVE_PROCEDURE = "31.4"
    STATUTORY_DUTY = "31.5"
    PETITION = "31.6"
    LITIGATION = "litigation"

    @property
    def external(self) -> bool:
        """Another statute sets the time (art. 31(1)–(5), 20.2): no sixty days are invented for it."""
        return self in _EXTERNAL


_EXTERNAL: Final = frozenset({Route.COURTS, Route.ARBITRATION, Route.PARTY_APPEAL, Route.ADMINISTRATIVE_PROCEDURE,
                              Route.STATUTORY_DUTY, Route.LITIGATION})


class OfficeKind(StrEnum):
    """What sort of body an office is; it decides which articles bind it."""

    PETITION_BUREAU = "petition_bureau"
    PARTY_ORGAN = "party_organ"
    GOVERNMENT = "government"
    VERTICAL = "vertical"
    TOWNSHIP = "township"
    CONGRESS = "congress"
    CONSULTATIVE = "consultative"
    DISCIPLINE = "discipline"
    COURT = "court"
    PROCURATORATE = "procuratorate"
    POLICE = "police"
    MASS_ORGANISATION = "mass_organisation"
    STATE_ENTERPRISE = "state_enterprise"
    REVIEW_BODY = "review_body"
    MEDIATION_CENTRE = "mediation_centre"
    HOTLINE = "hotline"


JUDICIAL: Final = frozenset({OfficeKind.COURT, OfficeKind.PROCURATORATE, OfficeKind.POLICE})
"""政法 bodies: in litigation matters the notices of art. 23 do not bind them (23.4)."""


class Category(StrEnum):
    """信访内容, first level (17 classes, as one provincial dictionary has them; the codes are ours)."""

    AGRICULTURE = "agriculture"
    LAND = "land"
    CONSTRUCTION = "construction"
    LABOUR = "labour"
    HEALTH = "health"
    EDUCATION = "education"
    CIVIL_AFFAIRS = "civil_affairs"
    JUSTICE = "justice"
    ECONOMY = "economy"
    TRANSPORT = "transport"
    COMMERCE = "commerce"
    TECHNOLOGY = "technology"
    ENVIRONMENT = "environment"
    PARTY_AFFAIRS = "party_affairs"
    PERSONNEL = "personnel"
    DISCIPLINE = "discipline"
    OTHER = "other"


class PetitionerKind(StrEnum):
    PERSON = "person"
    FIRM = "firm"
    SOLE_TRADER = "sole_trader"
    ORGANISATION = "organisation"


class Role(StrEnum):
    """In which role a petitioner stands in one submission. An agent 代理人 is never the one compared: the principal is."""

    PRINCIPAL = "principal"
    AGENT = "agent"
    SIGNER = "signer"
    REPRESENTATIVE = "representative"


class RefusalEvidence(StrEnum):
    """What shows that an approach was not registered; a bare statement is kept and asked after (ruling 36)."""

    RECEIPT = "receipt"
    QUEUE_NUMBER = "queue_number"
    RECORDING = "recording"
    WITNESS = "witness"
    STATEMENT = "statement"


class DeclineGround(StrEnum):
    """Why a submission was not accepted 不予受理, or no longer 不再受理."""

    NOT_COMPETENT = "not_competent"
    UNDER_WAY_BELOW = "under_way_below"
    CROSS_LEVEL = "cross_level"
    LITIGATION = "litigation"
    CONCLUDED = "concluded"
    OUT_OF_TIME = "out_of_time"


class Outcome(StrEnum):
    """处理意见: what the written reply says of the demand (art. 32)."""

    SUPPORTED = "supported"
    EXPLAINED = "explained"
    REFUSED = "refused"


class ReviewOutcome(StrEnum):
    UPHELD = "upheld"
    REVOKED = "revoked"
    CHANGED = "changed"
    REDO = "redo"


class Served(StrEnum):
    """Which document reached the petitioner 送达."""

    NOTICE = "notice"
    REPLY = "reply"
    REVIEW_OPINION = "review_opinion"
    REREVIEW_OPINION = "rereview_opinion"


class ServedHow(StrEnum):
    """A documented refusal is receipt; public notice counts at the end of its period (ruling 30)."""

    SIGNED = "signed"
    REFUSED = "refused"
    PUBLIC_NOTICE = "public_notice"


class Rating(StrEnum):
    SATISFIED = "satisfied"
    MOSTLY_SATISFIED = "mostly_satisfied"
    DISSATISFIED = "dissatisfied"


class RatedBody(StrEnum):
    BUREAU = "bureau"
    OFFICE = "office"


class Recommendation(StrEnum):
    """三项建议 (art. 14(6))."""

    IMPROVE_WORK = "improve_work"
    IMPROVE_POLICY = "improve_policy"
    ACCOUNTABILITY = "accountability"


class ConcludedAs(StrEnum):
    """办结 is not 化解: a matter can be closed on paper and unsolved."""

    CLOSED = "closed"
    RESOLVED = "resolved"
    TERMINATED = "terminated"


class Scope(StrEnum):
    """Where a submission is the first 初次 of its matter: never one boolean."""

    SYSTEM = "system"
    OFFICE = "office"
    CHANNEL = "channel"


class Urgency(StrEnum):
    """Which promise it exceeds: a notice 提示 (one false one a week over all streams) or a page 急告 (one a month)."""

    NOTICE = "notice"
    PAGE = "page"


class ErasureReason(StrEnum):
    """Why a key is destroyed 删除."""

    PETITIONER_ASKED = "petitioner_asked"
    RETENTION_ENDED = "retention_ended"
    COURT_ORDER = "court_order"
    ENTERED_BY_MISTAKE = "entered_by_mistake"


class LookReason(StrEnum):
    """Why sealed words are opened. Controlled words, so that no free text can name anybody."""

    HANDLING = "handling"
    """办理: the office needs them to deal with the matter."""
    REVIEW = "review"
    """复查复核: another office looks at the handling again."""
    LINK_CHECK = "link_check"
    """A clerk decides whether two submissions are one matter."""
    SUPERVISION = "supervision"
    """督办: the bureau looks at how the matter was handled."""
    AUDIT = "audit"
    PETITIONER_ASKED = "petitioner_asked"
    """本人查询: who wrote them asks for them."""


class SilenceReason(StrEnum):
    """Why a stream is kept quiet. Controlled words, so that no free text can name anybody."""

    BEING_HANDLED = "being_handled"
    KNOWN_CAUSE = "known_cause"
    DATA_FAULT = "data_fault"
    EXERCISE = "exercise"


LABELS: Final[dict[str, str]] = {
    "letter": "来信", "visit": "来访", "web": "网上", "phone": "来电", "fax": "传真",
    "suggestion": "意见建议", "accusation": "检举控告", "claim": "申诉求决",
    "petition_bureau": "信访部门", "party_organ": "党委工作机关", "government": "政府部门", "vertical": "垂直管理单位",
    "township": "乡镇街道", "congress": "人大", "consultative": "政协", "court": "法院",
    "procuratorate": "检察院", "police": "公安司法", "mass_organisation": "群团", "state_enterprise": "国有企事业",
    "review_body": "复查复核机构", "mediation_centre": "综治中心", "hotline": "12345平台",
    "agriculture": "农村农业", "land": "国土资源", "construction": "城乡建设", "labour": "劳动和社会保障",
    "health": "卫生计生", "education": "教育文体", "civil_affairs": "民政", "justice": "政法", "economy": "经济管理",
    "transport": "交通运输", "commerce": "商贸旅游", "technology": "科技与信息产业", "environment": "环境保护",
    "party_affairs": "党务政务", "personnel": "组织人事", "discipline": "纪检监察", "other": "其他",
    "person": "个人", "firm": "企业", "sole_trader": "个体工商户", "organisation": "其他组织",
    "29": "意见建议", "30": "检举控告", "31.1": "导入诉讼等程序", "31.2": "仲裁", "31.3": "党员申诉",
    "31.4": "行政程序", "31.5": "履职查处", "31.6": "信访程序", "litigation": "涉法涉诉",
    "satisfied": "满意", "mostly_satisfied": "基本满意", "dissatisfied": "不满意",
    "supported": "支持", "explained": "解释说明", "refused": "不支持",
}
