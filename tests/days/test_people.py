"""A county that fills itself: from one admin's code to everybody at their post, and what happens when they change."""

from __future__ import annotations

import io
import json
import re

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.program import read_programme_files
from reporting.programme import Role, read_programme
from services.auditing import check, seal
from services.invites import invite_everyone
from tests.days.county import ROOT, County, Resident

LIAISON, SIGNATORY, ADMIN = (
    ("traffic_police", "liaison"),
    ("traffic_police", "signatory"),
    ("office", "admin"),
)
ROSTER = [
    ("县府办", "管理员", "赵示例", "13800000001"),
    ("县府办", "管理员", "郑示例", "13800000002"),
    ("县府办", "工作人员", "王办示例", "13800000003"),
    ("县府办", "县领导", "陈示例", ""),
    ("县安监局", "联络员", "钱示例", "13800000004"),
    ("县安监局", "审核人", "钱局示例", "13800000005"),
    ("县交警大队", "联络员", "孙示例", "13800000006"),
    ("县交警大队", "副联络员", "孙副示例", "13800000007"),
    ("县交警大队", "审核人", "孙队示例", "0577-67220000"),
    ("县交警大队", "分管领导", "孙分示例", "13800000008"),
    ("县港航管理处", "联络员", "李示例", ""),
    ("县港航管理处", "审核人", "李处示例", ""),
    ("县消防大队", "联络员", "周示例", ""),
    ("县消防大队", "审核人", "周队示例", ""),
]

SURNAMES = "吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def _others() -> list[tuple[str, str, str, str]]:
    """Rows of the sample's other units that owe a report, so that a new sample table needs no change here."""
    programme = read_programme(read_programme_files(ROOT / "programmes" / "yongjia"))
    owing = dict.fromkeys(unit for form in programme.forms.values() for unit in form.units)
    called = [programme.units[unit].called for unit in owing]
    left = [name for name in called if name not in {row[0] for row in ROSTER}]
    return [
        (unit, role, f"{surname}{given}示例", "")
        for surname, unit in zip(SURNAMES, left, strict=False)
        for role, given in (("联络员", "联"), ("审核人", "审"))
    ]


ROSTER += _others()


def filled(template: bytes, rows: list[tuple[str, str, str, str]]) -> bytes:
    """The roster as the office sends it back."""
    book = load_workbook(io.BytesIO(template))
    sheet = book["名册"]
    for at in range(4, sheet.max_row + 1):
        for column in range(1, 6):
            sheet.cell(at, column).value = None
    for at, row in enumerate(rows, 4):
        for column, text in enumerate(row, 1):
            sheet.cell(at, column).value = text or None
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def file_of(resident: Resident, ending: str) -> bytes:
    found = [m.document for m in resident.documents() if m.document and m.document.name.endswith(ending)]
    return found[-1].content


def codes(text: str) -> dict[str, str]:
    """Codes by the name that stands before them."""
    return dict(re.findall(r"(\S+)：https://t\.me/\w+\?start=(\w{16})", text))


@pytest.fixture
async def admin(county: County) -> Resident:
    """The first admin, from the command line's one code, in an empty database."""
    (made,) = county.runtime.work_now(invite_everyone, Role.ADMIN)
    county.invites = {ADMIN: made}
    admin = await county.joins(*ADMIN)
    assert "您已登记为县府办管理员" in admin.news()
    return admin


async def template(admin: Resident) -> bytes:
    assert "现在的名册" in await admin.says("名册")
    return file_of(admin, ".xlsx")


@pytest.fixture
async def staffed(admin: Resident) -> County:
    """Everybody of the roster has joined."""
    county = admin.county
    await admin.sends(filled(await template(admin), ROSTER), "名册.xlsx")
    invited = codes(await admin.presses("确认生效"))
    for unit, role, name, _ in ROSTER[1:]:
        resident = Resident(county, county.world.add_person("微信名"))
        county.world.start(resident.person, invited[name])
        await county.settle()
        assert f"您已登记为{unit}{role}" in resident.news()
        county.people[name, ""] = resident
    admin.news()
    return county


def person(county: County, name: str) -> Resident:
    return county.people[name, ""]


async def test_an_empty_county_is_staffed_from_one_workbook(admin: Resident, rows) -> None:
    county = admin.county
    said = await admin.sends(filled(await template(admin), ROSTER), "名册.xlsx")
    assert f"名册将作以下改动：新增{len(ROSTER) - 1}人，更换0人，免去0人，改手机1人" in said
    assert rows(county, "SELECT count(*) FROM post WHERE planned_name != ''") == [(0,)]
    said = await admin.presses("确认生效")
    assert "名册已生效" in said
    assert "孙示例" in codes(said)
    assert file_of(admin, ".pdf").startswith(b"%PDF")


async def test_the_template_has_drop_downs_and_says_who_has_joined(admin: Resident) -> None:
    book = load_workbook(io.BytesIO(await template(admin)))
    sheet = book["名册"]
    assert isinstance(sheet, Worksheet)
    assert [sheet.cell(3, at).value for at in range(1, 6)] == ["单位", "岗位", "姓名", "手机", "是否加入"]
    assert {str(rule.sqref).split(":")[0] for rule in sheet.data_validations.dataValidation} == {"A4", "B4"}
    assert [cell.value for cell in sheet[4]][:2] == ["县府办", "管理员"]
    assert sheet["E4"].value == "已加入"


async def test_every_mistake_is_named_with_its_cell_and_nothing_changes(admin: Resident, dump) -> None:
    before = dump(admin.county)
    bad = [
        ("县府办", "管理员", "赵示例", ""),
        ("县教育局", "联络员", "甲示例", ""),
        ("县交警大队", "站长", "乙示例", ""),
        ("县交警大队", "管理员", "丙示例", ""),
        ("县交警大队", "联络员", "=1+1", "12"),
        ("县交警大队", "审核人", "", "13800000009"),
        ("县安监局", "联络员", "丁示例", ""),
        ("县安监局", "联络员", "戊示例", ""),
        ("县港航管理处", "联络员", "己示例", "330324198001011234"),
    ]
    said = await admin.sends(filled(await template(admin), bad), "名册.xlsx")
    for cell in (
        "A5：没有「县教育局」",
        "B6：没有「站长」",
        "B7：「管理员」不能",
        "C8：",
        "D8：",
        "C9：有手机",
        "B11：这个单位的联络员只能有一人",
        "D12：疑似身份证",
    ):
        assert cell in said
    assert "330324198001011234" not in said
    marked = load_workbook(io.BytesIO(file_of(admin, ".xlsx")))["名册"]
    assert marked["A5"].comment is not None
    assert dump(admin.county) == before


async def test_a_row_that_is_missing_is_asked_for(admin: Resident) -> None:
    said = await admin.sends(filled(await template(admin), ROSTER[:6]), "名册.xlsx")
    assert "县交警大队缺联络员一行" in said
    assert "县消防大队缺审核人一行" in said


async def test_the_same_roster_again_changes_nothing(staffed: County) -> None:
    admin = staffed[ADMIN]
    assert "没有改动" in await admin.sends(await template(admin), "名册.xlsx")


async def test_a_roster_takes_somebody_off_and_their_rights_end_at_once(staffed: County, rows) -> None:
    admin, former = staffed[ADMIN], person(staffed, "孙副示例")
    shorter = [row for row in ROSTER if row[2] != "孙副示例"]
    said = await admin.sends(filled(await template(admin), shorter), "名册.xlsx")
    assert "免去 县交警大队副联络员：孙副示例" in said
    await admin.presses("确认生效")
    assert "您不再担任县交警大队副联络员" in former.news()
    assert "没有办理" in await former.says("填报") or "还没有加入" in await former.says("填报")
    found = rows(
        staffed, "SELECT ended_why FROM post_holding WHERE until IS NOT NULL AND ended_why = 'roster'"
    )
    assert found == [("roster",)]


async def test_the_last_admin_cannot_remove_themselves(admin: Resident, dump) -> None:
    others = [("县府办", "管理员", "郑示例", ""), *ROSTER[4:]]
    assert "至少要保留一名已加入的管理员" in await admin.sends(
        filled(await template(admin), others), "名册.xlsx"
    )


async def test_a_roster_from_somebody_who_is_no_admin_is_refused(staffed: County, dump) -> None:
    book, before = await template(staffed[ADMIN]), dump(staffed)
    liaison = person(staffed, "孙示例")
    assert "没有办理这一项的权限" in await liaison.sends(book, "名册.xlsx")
    assert {k: v for k, v in dump(staffed).items() if k != "outbox"} == {
        k: v for k, v in before.items() if k != "outbox"
    }


async def test_a_press_on_an_old_or_foreign_proposal_does_nothing(staffed: County) -> None:
    admin, other = staffed[ADMIN], person(staffed, "郑示例")
    longer = [*ROSTER, ("县交警大队", "副联络员", "吴示例", "")]
    await admin.sends(filled(await template(admin), longer), "名册.xlsx")
    number = re.search(r"rosterset:(\d+)", str(staffed.world.last(admin.person).buttons))
    assert number is not None
    staffed.world.press(other.person, message_id=1, data=f"rosterset:{number[1]}:0", force=True)
    await staffed.settle()
    assert "已失效" in other.news() + str(staffed.world.answers(other.person)[-1].text)
    assert "名册已生效" in await admin.presses("确认生效")
    staffed.world.press(admin.person, message_id=1, data=f"rosterset:{number[1]}:0", force=True)
    await staffed.settle()
    assert "已失效" in admin.news() + str(staffed.world.answers(admin.person)[-1].text)


# 更换联络员


async def test_a_liaison_is_changed_only_when_the_office_agrees_and_the_draft_goes_over(
    staffed: County, rows
) -> None:
    await staffed.at("2008-07-01 09:00")
    signatory, office, former = (person(staffed, name) for name in ("孙队示例", "王办示例", "孙示例"))
    await former.says("填报")
    await former.says("3 1 2 15.6 0")
    assert "申请编号1" in await signatory.says("更换联络员 吴示例 13900000001 工作调动")
    assert "由孙示例更换为吴示例" in office.news()
    assert "同样的申请" in await former.says("更换联络员 吴示例 13900000001 工作调动")
    assert "已同意县交警大队联络员更换为吴示例" in await office.presses("批准")
    code = re.search(r"start=(\w{16})", signatory.news())
    assert code is not None
    assert "请依次回复" in await former.says("填报") or "时序进度" in former.news() + await former.says(
        "填报"
    )
    successor = Resident(staffed, staffed.world.add_person("新人"))
    staffed.world.start(successor.person, code[1])
    await staffed.settle()
    said = successor.news()
    assert "您已登记为县交警大队联络员" in said
    assert "还剩" in said
    assert "已由吴示例接任" in former.news()
    assert "没有办理" in await former.says("填报") or "还没有加入" in await former.says("填报")
    assert "曾任：孙示例" in await office.says("人员 县交警大队")
    verbs = [verb for (verb,) in rows(staffed, "SELECT verb FROM event WHERE about != '' ORDER BY id")]
    assert [verb for verb in verbs if verb in ("ask_replace", "approve")] == ["ask_replace", "approve"]


async def test_a_change_is_refused_with_a_reason_and_decided_once(staffed: County) -> None:
    liaison, office, admin = (person(staffed, name) for name in ("孙示例", "王办示例", "郑示例"))
    await liaison.says("更换联络员 吴示例 13900000001 工作调动")
    assert "请写明理由" in await office.presses("不同意")
    assert "请写明申请编号和理由" in await office.says("不同意 1")
    assert "已退回申请1" in await office.says("不同意 1 新人尚未到岗")
    assert "没有批准。理由：新人尚未到岗" in liaison.news()
    assert "已经有人处理过" in await admin.says("批准 1")
    assert "没有办理" in await liaison.says("批准 1")


# 外出报备


async def file_part(staffed: County) -> None:
    liaison = person(staffed, "孙示例")
    await liaison.says("填报")
    for text in ("3 1 2 15.6 0", "按计划推进", "正常", "无", "继续推进"):
        await liaison.says(text)
    await liaison.says("提交")


async def test_while_the_signatory_is_away_the_stand_in_signs_and_both_names_are_on_record(
    staffed: County, rows
) -> None:
    signatory, vice, liaison, office = (
        person(staffed, name) for name in ("孙队示例", "孙分示例", "孙示例", "王办示例")
    )
    assert "由孙分示例代班" in await signatory.says("外出报备 7月1日至7月3日 孙分示例 省里开会")
    assert "由您代班：县交警大队审核人" in vice.news()
    assert "事由：省里开会" in office.news()
    assert "没有办理这一项的权限" in await vice.says("同意")
    await staffed.at("2008-07-01 09:00")
    await file_part(staffed)
    assert "待您审核签字" in vice.news()
    assert "待您审核签字" not in signatory.news()
    assert "已审核签字" in await vice.presses("同意签字")
    assert "孙分示例（代孙队示例）" in liaison.news()
    ((detail,),) = rows(staffed, "SELECT detail FROM event WHERE verb = 'sign'")
    assert json.loads(detail)["behalf"]["person"] > 0


async def test_leave_ends_by_itself_and_by_a_word(staffed: County) -> None:
    signatory, vice = person(staffed, "孙队示例"), person(staffed, "孙分示例")
    await signatory.says("外出报备 6月30日至7月1日 孙分示例 出差")
    assert "没有待您审核" in await vice.says("同意")
    assert "已销假" in await signatory.says("销假")
    assert "没有办理" in await vice.says("同意")
    await signatory.says("外出报备 6月30日至7月1日 孙分示例 出差")
    assert "没有待您审核" in await vice.says("同意")
    await staffed.at("2008-07-02 00:00")
    assert "没有办理" in await vice.says("同意")


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("孙队示例", "7月1日至7月3日 孙示例 出差", "不能互相代班"),
        ("孙示例", "7月1日至7月3日 孙队示例 出差", "不能互相代班"),
        ("孙队示例", "7月1日至7月3日 孙队示例 出差", "没有找到"),
        ("孙队示例", "7月1日至7月3日 李示例 出差", "没有找到"),
        ("孙队示例", "6月1日至6月3日 孙分示例 出差", "日期不对"),
        ("孙队示例", "2月30日 孙分示例 出差", "日期不对"),
        ("孙队示例", "7月1日", "请写明日期、代班人和事由"),
        ("孙队示例", "", "请写明日期、代班人和事由"),
    ],
)
async def test_a_leave_that_cannot_be_is_refused(staffed: County, who: str, text: str, says: str) -> None:
    assert says in await person(staffed, who).says(f"外出报备 {text}".strip())


async def test_delegation_makes_no_loops_and_no_chains(staffed: County) -> None:
    signatory, vice = person(staffed, "孙队示例"), person(staffed, "孙分示例")
    await signatory.says("外出报备 7月1日至7月5日 孙分示例 出差")
    assert "不能代班" in await vice.says("外出报备 7月3日至7月8日 孙队示例 出差")
    assert "已报备过" in await signatory.says("外出报备 7月4日 孙分示例 出差")
    assert "已报备" in await vice.says("外出报备 7月6日至7月8日 孙队示例 出差")


async def test_a_stand_in_who_filed_cannot_sign_for_another(staffed: County, rows) -> None:
    """The deputy became 分管领导's colleague by mistake: the rule holds at the press, not only at the report."""
    from tests.days.test_permissions import execute

    await staffed.at("2008-07-01 09:00")
    await file_part(staffed)
    liaison = person(staffed, "孙示例")
    ((mine,),) = rows(staffed, "SELECT id FROM person WHERE name = '孙示例'")
    ((head,),) = rows(staffed, "SELECT id FROM person WHERE name = '孙队示例'")
    execute(
        staffed,
        "INSERT INTO leave (person_id, stand_in, since, until, reason, made_at) VALUES "
        f"({head}, {mine}, '2008-06-30T00:00:00.000000+00:00', '2008-07-30T00:00:00.000000+00:00', 'x',"
        " '2008-06-30T00:00:00.000000+00:00')",
    )
    assert "不能审核自己提交的报告" in await liaison.says("同意")


# 注销


async def test_a_person_is_erased_by_two_admins_and_the_record_stays_whole(staffed: County, rows) -> None:
    first, second, gone = staffed[ADMIN], person(staffed, "郑示例"), person(staffed, "李示例")
    assert "另一位管理员" in await first.says("注销 李示例 本人申请")
    assert "不能审批自己" in await first.says("批准 1")
    assert "没有办理" in await person(staffed, "王办示例").says("批准 1")
    assert "已按申请1注销" in await second.presses("批准")
    assert rows(staffed, "SELECT count(*) FROM person WHERE name = '李示例'") == [(0,)]
    assert rows(staffed, "SELECT count(*) FROM contact WHERE address = ?", str(gone.person.id)) == [(0,)]
    staffed.runtime.work_now(seal)
    assert staffed.runtime.work_now(check).altered is None
    assert "还没有加入" in await gone.says("进度")
    assert "已注销" in await first.says("审计 县港航管理处")


async def test_nothing_in_the_record_is_personal(staffed: County, rows) -> None:
    await person(staffed, "孙示例").says("更换联络员 吴示例 13900000001 工作调动")
    record = str(rows(staffed, "SELECT * FROM event"))
    for _, _, name, phone in ROSTER:
        assert name not in record
        assert not phone or phone not in record
    assert "13900000001" not in record
    for resident in staffed.people.values():
        assert str(resident.person.id) not in record


async def test_everybody_can_have_their_own_data(staffed: County) -> None:
    liaison = person(staffed, "孙示例")
    await liaison.says("我的数据")
    kept = json.loads(file_of(liaison, ".json"))
    assert kept["姓名"] == "孙示例"
    assert kept["手机"] == "13800000006"
    assert kept["任职"][0]["单位"] == "县交警大队"


async def test_telephones_are_shown_to_the_office_only(staffed: County) -> None:
    assert "13800000006" in await person(staffed, "王办示例").says("人员 县交警大队")
    for name in ("孙示例", "孙队示例", "陈示例"):
        assert "没有办理" in await person(staffed, name).says("人员")


async def test_a_deputy_fills_like_the_liaison(staffed: County) -> None:
    await staffed.at("2008-07-01 09:00")
    assert "请依次回复" in await person(staffed, "孙副示例").says("填报")


async def test_the_command_menu_follows_when_a_post_changes(staffed: County) -> None:
    former = person(staffed, "孙示例")
    await person(staffed, "孙队示例").says("更换联络员 吴示例 13900000001 工作调动")
    await person(staffed, "王办示例").presses("批准")
    code = re.search(r"start=(\w{16})", person(staffed, "孙队示例").news())
    assert code is not None
    staffed.world.start(staffed.world.add_person("新人"), code[1])
    await staffed.settle()
    (shown,) = [
        commands for scope, commands in staffed.world.commands.items() if str(former.person.id) in scope
    ]
    assert "fill" not in [command["command"] for command in shown]
