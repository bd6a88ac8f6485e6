"""The private letter: the unit's own standing, figures and trend, and nothing that belongs to anybody else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from forms.definition import Form
from forms.text import utf16_length
from reporting.edition import Edition, read_edition
from reporting.own import own_of
from templates.own_letter import LONGEST, Return, own_letter
from tests.editions import edition, form_in, snapshot

POLICE = "traffic_police"
RETURNED = [Return("安全生产", "7月2日", ("道路交通·受伤",), "与交警通报不一致")]


def letter(of: Edition, unit: str, returned: list[Return] | None = None) -> str:
    own = own_of(of, unit)
    assert own is not None
    return own_letter(own, "永政督〔2008〕2号", returned or []).striptags()


def test_a_unit_reads_its_standing_its_figures_and_what_became_of_its_problem() -> None:
    """July: 5 accidents after June's 3; June had 21 with the sample history's months, so that July has 26."""
    text = own_letter(own_of(edition("2008-07", earlier=("2008-06",)), POLICE), "永政督〔2008〕2号", RETURNED)  # type: ignore[arg-type]
    said = text.unescape()
    assert said.startswith("<b>县交警大队</b>：7月份督查通报（永政督〔2008〕2号）已发布")
    assert "【安全生产】按时报送" in said
    assert "道路交通事故起数：5起，上月3，累计" in said
    assert "您单位反映的问题：41省道信号灯尚未安装，请县交通局尽快安排" in said
    assert "已列入通报“需协调解决事项”，报县领导，请求对象：县交通局。" in said
    assert "1. 安全生产（7月2日）：道路交通·受伤；原因：与交警通报不一致" in said


def test_a_trend_is_told_from_two_earlier_months_on() -> None:
    made = edition("2008-07", earlier=("2008-06",))
    may = {**made.earlier, "2008-05": made.earlier["2008-06"]}
    shaped = Edition(made.title, made.county, made.period, made.sheets, earlier=may)
    assert "走势 5月3、6月3" in letter(shaped, POLICE)
    assert "走势" not in letter(made, POLICE)


def test_a_project_is_told_with_its_progress() -> None:
    said = letter(edition("2008-07", earlier=("2008-06",)), "water")
    assert "楠溪江下游标准堤工程（示例）：本月完成投资450万元，今年累计3830万元，占年度计划63.8%" in said
    assert "县城第二水厂工程（示例）" in said


def test_whoever_did_not_file_reads_that_and_nothing_more() -> None:
    said = letter(edition("2008-07"), "yantou")
    assert "【重点旅游项目】本期未报" in said


def test_a_unit_without_a_part_gets_no_letter() -> None:
    assert own_of(edition("2008-07"), "office") is None


# Nobody else's data


def canaries(period: str) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """A snapshot in which every figure, name and text can be told apart; what each unit alone may read of it."""
    made = snapshot(period)
    mine: dict[str, set[str]] = {}
    for place, sheet in enumerate(made["sheets"]):
        form = form_in(key_of(sheet, period), period)
        for number, (at, cell) in enumerate(sorted(sheet["figures"].items())):
            item, _, measure = at.partition(".")
            owner = form.owner_of.get((item, measure))
            if cell[0] in ("value", "zero") and len(cell) == 2 and owner:
                figure = f"{period[-1]}{place}{number:03}777.5"
                sheet["figures"][at] = ["value", figure]
                mine.setdefault(owner, set()).add(figure)
        for number, unit in enumerate(sheet["units"]):
            mark = f"{period[-1]}x{place}x{number}x"
            name, help_text, said = f"名{mark}局", f"求{mark}，请县交通局协调", f"述{mark}"
            unit |= {"help": help_text, "told": [["事项", said]], "called": unit["called"] + name}
            unit["signed"] = [f"签{mark}", f"时{mark}"]
            mine.setdefault(unit["unit"], set()).update(
                {name, help_text.split("，")[0], said, unit["signed"][1]}
            )
        sheet["remarks"] = [f"注{place}"]
        sheet["signatory"] = f"审{place}"
    return made, mine


def key_of(sheet: dict[str, Any], period: str) -> str:
    keys = [one["form_id"] for one in snapshot(period)["sheets"]]
    forms = [one.form.key for one in edition(period).sheets]
    return forms[keys.index(sheet["form_id"])]


def test_nothing_of_another_unit_stands_in_a_letter() -> None:
    june, of_june = canaries("2008-06")
    july, of_july = canaries("2008-07")
    forms = {
        sheet["form_id"]: form_in(key_of(sheet, period), period)
        for made, period in ((june, "2008-06"), (july, "2008-07"))
        for sheet in made["sheets"]
    }
    of = read_edition(july, [june], forms)
    units = {unit.unit for sheet in of.sheets for unit in sheet.units}
    read = 0
    for unit in sorted(units):
        said = letter(of, unit)
        for other in sorted(units - {unit}):
            foreign = (of_july[other] | of_june.get(other, set())) - of_july[unit] - of_june.get(unit, set())
            assert not [mark for mark in foreign if mark in said], (unit, other)
        read += sum(mark in said for mark in of_july[unit])
        assert "注" not in said.replace("备注", "")
        assert "审" not in said
    assert read > 100  # the canaries are where a letter could show them


def test_a_figure_that_was_another_unit_s_in_june_is_not_told_in_july() -> None:
    made = edition("2008-07", "safety", earlier=("2008-06",))
    (june,) = made.earlier["2008-06"]
    items = tuple(
        item.model_copy(update={"owner": "port"}) if item.key == "road" else item
        for item in june.form.grid.items
    )
    grid = june.form.grid.model_copy(update={"items": items})
    other = Form.model_validate(june.form.model_copy(update={"grid": grid}).model_dump())
    known = {one["form_id"]: other for one in snapshot("2008-06", "safety")["sheets"]}
    known |= {one["form_id"]: form_in("safety", "2008-07") for one in snapshot("2008-07", "safety")["sheets"]}
    of = read_edition(snapshot("2008-07", "safety"), [snapshot("2008-06", "safety")], known)
    assert "上月" not in letter(of, POLICE)


def test_a_letter_fits_one_message_whatever_a_unit_owns() -> None:
    of = edition("2008-07", earlier=("2008-06",))
    long = [Return("安全生产", "7月2日", ("道路交通·受伤",) * 30, "不一致" * 90)] * 20
    for unit in {unit.unit for sheet in of.sheets for unit in sheet.units}:
        assert utf16_length(letter(of, unit, long)) <= LONGEST


def test_markup_that_somebody_typed_is_only_text() -> None:
    odd = snapshot("2008-06", "safety")
    police = next(unit for unit in odd["sheets"][0]["units"] if unit["unit"] == POLICE)
    police["help"] = "<a href='http://example.org'>请县交通局协调</a>"
    own = own_of(read_edition(odd, (), {odd["sheets"][0]["form_id"]: form_in("safety", "2008-06")}), POLICE)
    assert own is not None
    assert "<a" not in own_letter(own, "", [])
    assert Decimal(own.tables[0].figures[0].series.month.amount or 0) == 3
