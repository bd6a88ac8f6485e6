"""What each printed column of a list of records says: for every record, and for all of them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms.cells import Cell, exact_sum
from forms.definition import Form, Item, Measure
from forms.progress import Footing, Progress, footings, over
from forms.records import Column, RecordList, Shown
from forms.table import Series, Table, percent_of
from templates import workbook_styles as styles
from templates.headings import Line
from templates.words import STATE_WORDS
from templates.workbook_styles import Content, words

YES, NO = "是", "否"
ALL = "合计"
BLANK, NO_FIGURE, UNFILED = words(""), words("—"), words("未报")
# What a heading of the footer says; a footing's own figures in this order.
FOOTER = (
    "类别",
    "项目数",
    "已开工",
    "开工率%",
    "达进度数",
    "计划完成率%",
    "年度计划",
    "本年累计",
    "占年度计划%",
)


@dataclass(frozen=True)
class Listing:
    """An instantiated list with its figures, ready to be printed."""

    form: Form
    table: Table
    standings: Mapping[str, Progress]

    @property
    def records(self) -> RecordList:
        assert self.form.grid.records is not None
        return self.form.grid.records

    @property
    def items(self) -> tuple[Item, ...]:
        return self.form.grid.items

    @property
    def columns(self) -> list[Line]:
        """Headings of the printed columns, outermost first."""
        return [
            Line(column.field or str(column.shown), (*column.under, self._title(column)))
            for column in self.records.columns
        ]

    def _title(self, column: Column) -> str:
        return column.title or (self.form.measures[column.field].title if column.field else "")

    def rows(self) -> list[list[Content]]:
        """What every record says, column by column."""
        return [
            [self._content(item, place, column) for column in self.records.columns]
            for place, item in enumerate(self.items, 1)
        ]

    def _content(self, item: Item, place: int, column: Column) -> Content:
        if column.field is not None:
            measure = self.form.measures[column.field]
            return field_content(self.table[item.key, column.field].month, measure)
        assert column.shown is not None
        if column.shown in _OF_RECORD:
            return words(_OF_RECORD[column.shown](item, place))
        standing = self.standings[item.key]
        if column.shown is Shown.ON_SCHEDULE:
            return NO_FIGURE if standing.on_schedule is None else words(YES if standing.on_schedule else NO)
        if column.shown in _OF_STANDING:
            return self._amount(column.shown, _OF_STANDING[column.shown](standing))
        series = [self.table[item.key, key] for key in column.of]
        return self._amount(column.shown, _OF_FIELDS[column.shown](series))

    def _amount(self, shown: Shown, amount: Decimal | None) -> Content:
        """Percentages have one decimal, amounts as many as they need."""
        if amount is None:
            return NO_FIGURE
        if shown in _AMOUNTS:
            return styles.figure(amount, 0)
        return styles.figure(amount, 1, signed=shown in (Shown.DEVIATION, Shown.OVER))

    def total(self) -> list[Content]:
        """The row 合计: amounts summed as far as they are known, percentages only where all is."""
        return [self._total(column) for column in self.records.columns]

    def _total(self, column: Column) -> Content:
        if column.shown is Shown.TITLE:
            return words(ALL)
        if column.field is not None:
            measure = self.form.measures[column.field]
            if measure.kind != "number" or not measure.adds:
                return BLANK
            return _sum([self.table[i.key, column.field].month.amount for i in self.items])
        assert column.shown is not None
        whole = self.footing
        if column.shown is Shown.CUMULATIVE:
            return _sum([year_of(self.table[item.key, column.of[0]]) for item in self.items])
        if column.shown in (Shown.MONTH_PLAN, Shown.SINCE_START):
            known = [_OF_STANDING[column.shown](self.standings[item.key]) for item in self.items]
            return _sum(known)
        if column.shown is Shown.PERCENT and column.of == (self.records.done, self.records.plan):
            return NO_FIGURE if whole.percent is None else self._amount(column.shown, whole.percent)
        return BLANK

    @property
    def footings(self) -> list[Footing]:
        """By category, and all together last."""
        return footings(self.form, self.standings, ALL)

    @property
    def footing(self) -> Footing:
        return self.footings[-1]

    def footer(self) -> list[list[Content]]:
        """The figures under the list, in the order of ``FOOTER``."""
        return [
            [
                words(one.title),
                styles.figure(Decimal(one.count), 0),
                styles.figure(Decimal(one.begun), 0),
                _rate(one.begun_rate),
                styles.figure(Decimal(one.on_schedule), 0),
                _rate(one.completion_rate),
                styles.figure(one.plan, 0),
                styles.figure(one.cumulative, 0),
                _rate(one.percent),
            ]
            for one in self.footings
        ]


def _sum(amounts: list[Decimal | None]) -> Content:
    known = [amount for amount in amounts if amount is not None]
    return styles.figure(exact_sum(known), 0) if known else NO_FIGURE


def _rate(percent: Decimal | None) -> Content:
    return NO_FIGURE if percent is None else styles.figure(percent, 1)


def field_content(cell: Cell, measure: Measure, blank: Content = UNFILED) -> Content:
    """A field of a record as printed: figures without their unit, words, dates."""
    if not cell.answered:
        return blank
    if cell.text is not None:
        return words(cell.text)  # a date as 2008-06-05: ten of them stand side by side
    if measure.kind == "number" and cell.amount is not None:
        return styles.figure(cell.amount, 0)
    return words(STATE_WORDS.get(cell.state, "无"))


def year_of(series: Series) -> Decimal | None:
    """A field's sum since January, if every month of it is known."""
    return series.cumulative if series.complete else None


def _percent(series: list[Series]) -> Decimal | None:
    return percent_of(year_of(series[0]), series[1].month.amount)


_OF_RECORD: dict[Shown, Callable[[Item, int], str]] = {
    Shown.NUMBER: lambda _, place: str(place),
    Shown.TITLE: lambda item, _: item.title,
    Shown.UNIT: lambda item, _: item.record.unit if item.record else "",
    Shown.GROUP: lambda item, _: item.record.group if item.record else "",
}
_OF_STANDING: dict[Shown, Callable[[Progress], Decimal | None]] = {
    Shown.MONTH_PLAN: lambda one: one.month_plan,
    Shown.SCHEDULED: lambda one: one.scheduled,
    Shown.DEVIATION: lambda one: one.deviation,
    Shown.SINCE_START: lambda one: one.since_start,
    Shown.TOTAL_PERCENT: lambda one: one.total_percent,
}
_OF_FIELDS: dict[Shown, Callable[[list[Series]], Decimal | None]] = {
    Shown.CUMULATIVE: lambda series: year_of(series[0]),
    Shown.PERCENT: _percent,
    Shown.OVER: lambda series: over(series[0].month.amount, series[1].month.amount),
}
_AMOUNTS = (Shown.MONTH_PLAN, Shown.SINCE_START, Shown.CUMULATIVE)
