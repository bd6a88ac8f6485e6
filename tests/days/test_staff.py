"""People one at a time: by buttons, by a typed line, and the office's own posts by two admins."""

from __future__ import annotations

import pytest

from tests.days.county import County, Resident
from tests.days.test_people import (  # noqa: F401 - fixtures
    ADMIN,
    ROSTER,
    admin,
    codes,
    filled,
    person,
    staffed,
    template,
)


async def newcomer(county: County, code: str) -> Resident:
    resident = Resident(county, county.world.add_person("微信名"))
    county.world.start(resident.person, code)
    await county.settle()
    return resident


async def test_a_deputy_is_named_in_one_typed_line_and_joins(staffed: County) -> None:  # noqa: F811
    admin = staffed[ADMIN]  # noqa: F811
    said = await admin.says("人员 县交警大队 副联络员 吴示例 13900000001")
    assert "新增 县交警大队副联络员：吴示例" in said
    assert "确认后生效" in said
    said = await admin.presses("确认生效")
    assert "改动1处，生成邀请码1个" in said
    assert "您已登记为县交警大队副联络员" in (await newcomer(staffed, codes(said)["吴示例"])).news()


async def test_a_liaison_is_replaced_in_one_line_and_the_former_one_is_asked_nothing_more(
    staffed: County,  # noqa: F811
) -> None:
    await staffed.at("2008-07-01 09:00")
    former = person(staffed, "孙示例")
    await former.says("填报")
    assert "更换 县交警大队联络员：孙示例 → 吴示例" in await staffed[ADMIN].says(
        "人员 县交警大队 联络员 吴示例 13900000001"
    )
    await staffed[ADMIN].presses("确认生效")
    assert "您不再担任县交警大队联络员" in former.news()
    assert "没有办理" in await former.says("3 1 2 15.6 0")


async def test_codes_that_were_given_to_others_stay_good(admin: Resident) -> None:  # noqa: F811
    await admin.sends(filled(await template(admin), ROSTER), "名册.xlsx")
    first = codes(await admin.presses("确认生效"))
    await admin.says("人员 县交警大队 副联络员 吴示例")
    assert set(codes(await admin.presses("确认生效"))) == {"吴示例"}
    assert "您已登记为县交警大队联络员" in (await newcomer(admin.county, first["孙示例"])).news()


async def test_whoever_is_taken_off_before_joining_cannot_join_any_more(admin: Resident) -> None:  # noqa: F811
    await admin.sends(filled(await template(admin), ROSTER), "名册.xlsx")
    code = codes(await admin.presses("确认生效"))["孙副示例"]
    assert "免去 县交警大队副联络员：孙副示例" in await admin.says("人员 县交警大队 副联络员 免去 孙副示例")
    await admin.presses("确认生效")
    assert "已过期" in (await newcomer(admin.county, code)).news()


async def test_the_button_of_a_forgotten_roster_does_not_confirm_the_next_one(
    staffed: County,  # noqa: F811
    dump,
) -> None:
    admin = staffed[ADMIN]  # noqa: F811
    await admin.says("人员 县交警大队 副联络员 吴示例 13900000001")
    old = next(b.data for row in staffed.world.last(admin.person).buttons for b in row)
    await admin.says("人员 县交警大队 副联络员 免去 孙副示例")
    before = dump(staffed)
    staffed.world.press(admin.person, message_id=1, data=old, force=True)
    await staffed.settle()
    assert dump(staffed) == before


async def test_people_are_looked_up_by_class_and_unit_and_taken_off_by_a_press(
    staffed: County,  # noqa: F811
) -> None:
    admin, office = staffed[ADMIN], person(staffed, "王办示例")  # noqa: F811
    assert "个岗位，已加入" in await admin.says("人员")
    classes = admin.buttons()
    await admin.presses(next(label for label in classes if label.startswith("部门")))
    said = await admin.presses("县交警大队")
    assert "县交警大队副联络员：孙副示例 13800000007" in said
    assert "免去 县交警大队副联络员：孙副示例" in await admin.presses("免去副联络员孙副示例")
    await office.says("人员 县交警大队")
    assert office.buttons() == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("县交警大队 副联络员", "请写明单位、岗位、姓名和手机"),
        ("县教育局 联络员 吴示例 13900000001", "没有「县教育局」这个单位"),
        ("县交警大队 站长 吴示例 13900000001", "没有「站长」这个岗位"),
        ("县交警大队 管理员 吴示例 13900000001", "「管理员」不能设在这个单位"),
        ("县交警大队 联络员 =1+1 13900000001", "不像姓名"),
        ("县交警大队 联络员 吴示例 123456789", "不像电话号码"),
        ("县交警大队 副联络员 免去 吴示例", "没有找到这一位"),
        ("县交警大队 联络员 孙示例 13800000006", "没有改动"),
        ("县交警大队 联络员 吴示例 330324198001011234", "身份证"),
    ],
)
async def test_a_line_that_cannot_be_changes_nothing(
    staffed: County,  # noqa: F811
    dump,
    line: str,
    says: str,
) -> None:
    before = dump(staffed)
    assert says in await staffed[ADMIN].says(f"人员 {line}")
    assert dump(staffed) == before


async def test_only_admins_change_people(staffed: County, dump) -> None:  # noqa: F811
    before = dump(staffed)
    for name in ("王办示例", "陈示例", "孙示例", "孙队示例"):
        assert "没有办理这一项的权限" in await person(staffed, name).says(
            "人员 县交警大队 副联络员 吴示例 13900000001"
        )
    assert dump(staffed) == before


# Posts of the office


async def test_a_post_of_the_office_needs_a_second_admin(staffed: County, rows) -> None:  # noqa: F811
    first, second = staffed[ADMIN], person(staffed, "郑示例")
    await first.says("人员 县府办 工作人员 冯办示例 13900000002")
    assert "已送另一位管理员复核" in await first.presses("确认生效")
    assert rows(staffed, "SELECT count(*) FROM post WHERE planned_name = '冯办示例'") == [(0,)]
    assert "请等候" in await first.presses("确认生效")
    assert "新增 县府办工作人员：冯办示例" in second.news()
    said = await second.presses("确认生效")
    assert "经郑示例同意，已生效" in first.news()
    clerk = await newcomer(staffed, codes(said)["冯办示例"])
    assert "您已登记为县府办工作人员" in clerk.news()
    assert "看板" in await clerk.says("帮助")


async def test_a_second_admin_can_refuse_and_the_first_hears_of_it(staffed: County, rows) -> None:  # noqa: F811
    first, second = staffed[ADMIN], person(staffed, "郑示例")
    await first.says("人员 县府办 管理员 冯示例 13900000002")
    await first.presses("确认生效")
    assert "没有采用" in await second.presses("不采用")
    assert "郑示例没有采用" in first.news()
    assert "已失效" in await first.presses("确认生效")
    assert rows(staffed, "SELECT count(*) FROM post WHERE planned_name = '冯示例'") == [(0,)]


async def test_an_admin_who_does_not_answer_holds_nothing_up_for_ever(staffed: County) -> None:  # noqa: F811
    first, second = staffed[ADMIN], person(staffed, "郑示例")
    await first.says("人员 县府办 管理员 免去 郑示例")
    await first.presses("确认生效")
    await staffed.at("2008-07-02 12:00")
    assert "请等候" in await first.presses("确认生效")
    await staffed.at("2008-07-03 12:00")
    assert "名册已生效" in await first.presses("确认生效")
    assert "您不再担任县府办管理员" in second.news()


async def test_telephones_in_the_office_change_without_a_second_admin(staffed: County) -> None:  # noqa: F811
    assert "改手机 县府办工作人员：王办示例" in await staffed[ADMIN].says(
        "人员 县府办 工作人员 王办示例 13900000009"
    )
    assert "名册已生效" in await staffed[ADMIN].presses("确认生效")
