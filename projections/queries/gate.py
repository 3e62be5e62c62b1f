"""The gate before free SQL: one SELECT over our own tables, and functions that only compute.

``readonly=1`` is not enough: it leaves `file()`, ``INTO OUTFILE``, `eval()`, system tables and, over the embedded engine,
a file named as a table. So the statement is parsed by ClickHouse itself (`formatQuerySingleLine`, which takes one
statement and no more; then ``EXPLAIN AST``, which does not run anything), and every node of the tree must be of a known kind.
What is not known is refused.

The raw bytes of the log hold petitioners' keys, and nobody may count by them: of the table ``actions`` columns must be
named, and ``raw`` and ``headers`` cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from events.errors import UsageError, WarehouseError

HIDDEN: Final = {"actions": frozenset({"raw", "headers"})}
"""Columns that hold people's keys, by table."""
Ask = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Asks ClickHouse one question with parameters; rows of columns come back."""

_STATEMENTS: Final = ("SelectWithUnionQuery", "Explain EXPLAIN (", "DescribeQuery", "ShowTables")
_ROOTS: Final = frozenset({"SelectWithUnionQuery", "Explain", "DescribeQuery", "ShowTables"})
_TABLE_FUNCTIONS: Final = frozenset({"numbers", "zeros", "values", "generateseries", "generate_series", "view", "null"})
_SYSTEM_TABLES: Final = frozenset({"system.settings", "system.one", "system.numbers"})
_OTHER_DATABASES: Final = frozenset({"system", "default", "information_schema"})
_COMPUTING: Final = frozenset({
    "Arithmetic", "Arrays", "Bit", "Bitmap", "Comparison", "Conditional", "Dates and Times", "Distance", "Encoding",
    "Financial", "Hash", "IP Address", "JSON", "Logical", "Map", "Mathematical", "Null", "Nullable", "Random Number",
    "Rounding", "String", "String Replacement", "String Search", "String Splitting", "Time Series", "Time Window", "Tuple",
    "Type Conversion", "URL", "UUID",
})
_ALSO: Final = frozenset({
    "lambda", "exists", "version", "currentdatabase", "totypename", "transform", "materialize", "identity", "bar",
    "formatreadablesize", "formatreadablequantity", "formatreadabletimedelta", "formatreadabledecimalsize",
    "rownumberinallblocks", "finalizeaggregation", "neighbor", "grouping", "nested",
})
_COMBINATORS: Final = re.compile(
    r"(.+?)((if|array|distinct|ornull|ordefault|merge|state|mergestate|foreach|resample|argmin|argmax|map|simplestate)+)")
_NODE: Final = re.compile(r"( *)(\w+) *(.*?)(?: *\(alias .*\))?(?: *\(children \d+\))?")
_SPREADS: Final = ("Asterisk", "QualifiedAsterisk", "ColumnsRegexpMatcher", "ColumnsListMatcher",
                   "QualifiedColumnsRegexpMatcher", "QualifiedColumnsListMatcher")
_PLAIN: Final = frozenset({
    "ExpressionList", "SelectWithUnionQuery", "SelectQuery", "SelectIntersectExceptQuery", "TablesInSelectQuery",
    "TablesInSelectQueryElement", "TableExpression", "TableJoin", "ArrayJoin", "Subquery", "WithElement", "Literal", "OrderByElement",
    "WindowDefinition", "WindowListElement", "InterpolateElement", "SampleRatio", "Explain", "DescribeQuery", "ShowTables", "Identifier",
    "TableIdentifier", "Function", "ColumnsTransformerList", "ColumnsExceptTransformer", "StorageOrderByElement", *_SPREADS,
})


@dataclass(frozen=True, slots=True)
class _Node:
    depth: int
    kind: str
    name: str
    parent: _Node | None


def admitted(sql: str, ask: Ask, *, database: str, params: Mapping[str, str] | None = None) -> str:
    """The statement as ClickHouse itself writes it, on one line, when it may be asked; else `UsageError`."""
    one = str(ask("SELECT formatQuerySingleLine({statement:String})", {"statement": sql})[0][0])
    try:
        nodes = _tree(str(row[0]) for row in ask(f"EXPLAIN AST {one}", params or {}))
    except WarehouseError as error:
        if error.code == "warehouse.denied":
            raise _refused(error.what, "ask the tables; SHOW TABLES lists them") from error
        raise
    if not nodes or not _line(nodes[0]).startswith(_STATEMENTS):
        raise _refused("only SELECT, EXPLAIN, DESCRIBE and SHOW TABLES", "write one question")
    _check_shape(nodes)
    _check_names(nodes, database)
    _check_functions(nodes, ask)
    return one


def _tree(lines: Any) -> list[_Node]:
    nodes: list[_Node] = []
    for line in lines:
        match = _NODE.fullmatch(line)
        if match is None:
            raise _refused(f"a part that is not understood: {line.strip()[:80]}", "simplify the question")
        depth = len(match.group(1))
        above = next((node for node in reversed(nodes) if node.depth < depth), None)
        nodes.append(_Node(depth, match.group(2), match.group(3), above))
    # the client asks for its answer in FORMAT Native, which EXPLAIN AST takes for a part of what it explains
    if nodes and nodes[-1].kind == "Identifier" and nodes[-1].name == "Native" \
            and nodes[-1].parent is not None and nodes[-1].parent.kind in _ROOTS:
        nodes.pop()
    return nodes


def _line(node: _Node) -> str:
    return f"{node.kind} {node.name} (" if node.kind == "Explain" else node.kind


def _check_shape(nodes: Sequence[_Node]) -> None:
    for node in nodes:
        if node.kind not in _PLAIN:
            said = {"Set": "SETTINGS", "ColumnsApplyTransformer": "APPLY"}.get(node.kind, node.kind)
            raise _refused(f"{said} is not part of a question here", "leave it out")
    # INTO OUTFILE and FORMAT hang beside the list of selects
    roots = [node for node in nodes if node.kind == "SelectWithUnionQuery"]
    for root in roots:
        if any(node.parent is root and node.kind != "ExpressionList" for node in nodes):
            raise _refused("INTO OUTFILE and FORMAT are not part of a question here", "use --json, or redirect the output")


def _check_names(nodes: Sequence[_Node], database: str) -> None:
    tables = {node.name for node in nodes if node.kind == "TableIdentifier"}
    own = f"{database}."
    for name in tables:
        if "." in name and not name.startswith(own) and name not in _SYSTEM_TABLES:
            raise _refused(f"table {name} lies outside {database}", "SHOW TABLES lists what can be asked")
    plain = {name.removeprefix(own) for name in tables}
    log = "actions" in plain
    for node in nodes:
        if node.kind == "Identifier":
            first, _, rest = node.name.partition(".")
            if (rest and first.lower() in _OTHER_DATABASES) or (node.parent is not None and node.parent.kind == "ShowTables"):
                raise _refused(f"{node.name} lies outside {database}", "SHOW TABLES lists what can be asked")
            log = log or node.name in {"actions", own + "actions"}
    if not log or nodes[0].kind == "DescribeQuery":
        return
    for node in nodes:
        named = node.kind == "Identifier" and not HIDDEN["actions"].isdisjoint(node.name.split("."))
        counted = node.parent is not None and node.parent.parent is not None and node.parent.parent.name.lower() == "count"
        if named or (node.kind in _SPREADS and not counted):
            raise _refused("of `actions` columns must be named, and raw and headers cannot be: they hold people's keys "
                           "(信访工作条例 art. 30)", "name the columns you need; DESCRIBE actions lists them")


def _check_functions(nodes: Sequence[_Node], ask: Ask) -> None:
    for node in nodes:
        if node.kind == "Function" and node.parent is not None and node.parent.kind == "TableExpression" \
                and node.name.lower() not in _TABLE_FUNCTIONS:
            raise _refused(f"table function {node.name}()", "ask the tables; SHOW TABLES lists them")
    names = {node.name.lower() for node in nodes if node.kind == "Function"
             and not (node.parent is not None and node.parent.kind == "TableExpression")} - _ALSO
    if not names:
        return
    stems = {match.group(1) for name in names if (match := _COMBINATORS.fullmatch(name))}
    stems |= {name[:-len(end)] for name in names for end in ("if", "merge", "state", "distinct", "array") if name.endswith(end)}
    known = ask("""
        SELECT lower(f.name), max(f.is_aggregate OR t.is_aggregate), any(if(t.name != '', t.categories, f.categories)),
               any(if(t.name != '', lower(t.name), ''))
        FROM system.functions AS f LEFT JOIN system.functions AS t ON t.name = f.alias_to
        WHERE lower(f.name) IN {names:Array(String)} GROUP BY 1""", {"names": sorted(names | stems)})
    aggregates = {str(row[0]) for row in known if row[1]}
    computing = {str(row[0]) for row in known if str(row[2]) in _COMPUTING or str(row[3]) in _ALSO}
    for name in sorted(names - aggregates - computing):
        if not any(name.startswith(stem) and _COMBINATORS.fullmatch(name) for stem in aggregates):
            raise _refused(f"function {name}()", "only functions that compute from their arguments are allowed here")


def _refused(what: str, todo: str) -> UsageError:
    return UsageError("sql.refused", f"not allowed 不允许: {what}", todo=todo)
