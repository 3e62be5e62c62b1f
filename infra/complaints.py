"""An error as people are told it: its code, what happened in both languages, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from events.errors import SanfangError

_HAN: Final = re.compile("[\u4e00-\u9fff]")


def what(error: SanfangError) -> str:
    """What happened. Messages that have their Chinese with them are left as they are."""
    chinese = "" if _HAN.search(error.what) else CHINESE.get(error.code, "")
    return f"{chinese} / {error.what}" if chinese else error.what


def told(error: SanfangError) -> str:
    """The whole line."""
    return str(type(error)(error.code, what(error), where=error.where, todo=error.todo))


CHINESE: Final[Mapping[str, str]] = {
    "alerts.until": "时间无效", "alerts.words": "编号无效",
    "calendar.invalid": "放假安排有误", "calendar.undated": "放假安排缺日期", "calendar.unreadable": "文件无法读取",
    "emit.file": "文件无法打开", "emit.mode": "报送方式无效",
    "emitter.answer": "入口答复异常", "emitter.closed": "报送已关闭", "emitter.defect": "程序缺陷",
    "emitter.door_away": "入口连不上", "emitter.no_door": "未设入口", "emitter.on_delivery": "回执处理出错",
    "emitter.url": "入口地址无效",
    "evidence.bad-checkpoint": "检查点无效", "evidence.bad-key": "公钥无效", "evidence.bad-prefix": "前缀证明无效",
    "evidence.damaged": "证据已损坏", "evidence.forged-checkpoint": "检查点签名不符", "evidence.format": "证据格式不符",
    "evidence.inconsistent": "前后检查点不一致", "evidence.no-rule-set": "没有该规则集",
    "evidence.not-included": "不在日志之内", "evidence.order": "先后次序不符", "evidence.other-log": "属于另一日志",
    "evidence.shorter": "日志变短", "evidence.split-view": "同一日志出现两种说法", "evidence.subject": "所证对象不符",
    "evidence.url": "地址无效", "evidence.wrong-key": "签名密钥不符",
    "export.format": "导出格式无效", "export.from_offset": "起始位移无效", "export.out": "无法写出",
    "export.topic": "没有该主题", "export.traces": "事件轨迹导出有误",
    "ground.backup-damaged": "备份已损坏", "ground.backup-other": "目录内是另一备份",
    "ground.clickhouse-unreachable": "ClickHouse 连不上", "ground.disk-full": "磁盘已满",
    "ground.engine-died": "ClickHouse 引擎已退出", "ground.engine-open": "ClickHouse 引擎打不开",
    "ground.jars-differ": "Kafka 文件与清单不符", "ground.jars-fetch": "下载失败", "ground.jars-missing": "缺少 Kafka 文件",
    "ground.java-missing": "没有可用的 Java", "ground.kafka-died": "Kafka 已退出", "ground.kafka-elsewhere": "已设外部 Kafka",
    "ground.kafka-format": "Kafka 存储初始化失败", "ground.kafka-locked": "Kafka 目录正被占用",
    "ground.kafka-sasl": "Kafka 口令设置不全", "ground.kafka-silent": "Kafka 无应答", "ground.kafka-stuck": "Kafka 停不下来",
    "ground.kafka-tls": "Kafka 证书设置有误", "ground.kafka-unreachable": "Kafka 连不上",
    "ground.leftover": "上次遗留的进程未结束", "ground.maven-missing": "没有 Maven", "ground.not-running": "没有在运行",
    "ground.not_settled": "处理停滞", "ground.port-taken": "端口被占用", "ground.program-failed": "组件启动失败",
    "ground.restore-partitions": "分区数不符", "ground.setting-unfit": "设置值不能使用",
    "ground.socket-directory": "套接字目录不安全", "ground.stop": "停不下来", "ground.supervisor": "守护进程出错",
    "ground.topics-create": "主题建立失败", "ground.topics-differ": "主题设置不符", "ground.topics-missing": "缺少主题",
    "indicators.absent": "没有该指标", "indicators.month": "月份无效", "indicators.office": "机关无效",
    "indicators.window": "统计期无效",
    "log.another-history": "日志与所存不是同一份", "log.another_history": "日志与所存不是同一份", "log.no-topic": "缺少主题",
    "log.restore-gap": "恢复时位移不连续", "log.restore-offset": "恢复时位移不符", "log.unreachable": "日志连不上",
    "log.unreadable": "日志无法读取",
    "logs.unknown": "没有该组件的记录",
    "projector.stalled": "入库停滞",
    "queries.absent": "查无此项", "queries.county": "没有该县代码", "queries.day": "日期无效", "queries.filter": "不能这样筛选",
    "queries.kind": "没有这种类别", "queries.limit": "行数无效", "queries.word": "查询词无效",
    "rejected.headers": "退回记录缺原因", "rejected.position": "位置写法无效",
    "replay.file": "日志文件无法打开",
    "rules.day": "日期无效", "rules.invalid": "规则集有误", "rules.none": "当日无现行规则集", "rules.overlap": "规则集时间重叠",
    "rules.twice": "规则集重名", "rules.unknown": "没有该规则集", "rules.unreadable": "规则集无法读取",
    "run.number": "序号无效", "run.unknown": "没有该组件",
    "schemes.absent": "没有该考核方案", "schemes.invalid": "考核方案有误", "schemes.twice": "考核方案重名",
    "schemes.unreadable": "考核方案无法读取",
    "settings.invalid": "设置有误",
    "simulate.city": "没有这个地市",
    "state.format": "状态版本不符", "state.store": "状态库出错",
    "ticker.no_topic": "缺少主题", "ticker.silent": "时钟写不进日志",
    "up.unknown": "没有该组件",
    "vault.does_not_open": "密文打不开",
    "warehouse.broken-off": "答复中断", "warehouse.client": "ClickHouse 客户端出错",
    "warehouse.migration-changed": "表结构脚本被改动", "warehouse.migration-unknown": "表结构来自更新的版本",
    "warehouse.rebuild-shorter": "重建结果少于现有", "warehouse.unreachable": "ClickHouse 连不上",
    "world.name": "世界名称无效", "world.not_removed": "未能清除",
}
"""For errors whose message is in English alone; short, since what follows says the rest."""
