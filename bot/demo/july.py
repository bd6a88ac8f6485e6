"""July 2008 in 永嘉县: what the people of the sample county do. Every figure and name is invented (示例)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.demo import others
from bot.demo.stage import Stage
from services.invites import NewInvite

Post = tuple[str, str]

ADMIN: Post = ("office", "admin")
LEAD: Post = ("anjian", "liaison")
LEAD_HEAD: Post = ("anjian", "signatory")
POLICE: Post = ("traffic_police", "liaison")
POLICE_HEAD: Post = ("traffic_police", "signatory")
PORT: Post = ("port", "liaison")
PORT_HEAD: Post = ("port", "signatory")
FIRE: Post = ("fire_brigade", "liaison")
FIRE_HEAD: Post = ("fire_brigade", "signatory")

NAMES = {
    ADMIN: "赵示例",
    LEAD: "钱示例",
    LEAD_HEAD: "孙示例",
    POLICE: "李示例",
    POLICE_HEAD: "周示例",
    PORT: "吴示例",
    PORT_HEAD: "郑示例",
    FIRE: "王示例",
    FIRE_HEAD: "冯示例",
}
# Whoever holds the other tables' posts; each a surname and 示例, one after the other.
SURNAMES = (
    "陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
)
ROLES = {"liaison": "联络员", "signatory": "审核人", "admin": "管理员"}
GROUP = "县领导群（示例）"
START = "2008-06-30 10:00"


def acts(stage: Stage, invites: dict[Post, NewInvite]) -> Iterator[str]:
    """The month, act by act; yields each act's title before it is played."""
    yield "大家用邀请链接加入，管理员登记领导群"
    _join(stage, invites)
    yield "7月1日开报；港航管理处本月无事，按零报告报送"
    _nil_return(stage)
    yield "其余六张表也在7月1日下午报送（对话从略，全部在 ledger.jsonl）"
    _others(stage)
    yield "7月2日9点提醒未报单位；交警大队填报，退回一次后签字"
    _police(stage)
    yield "消防大队收到提醒仍未报，过了截止时间，7月3日逐格补报"
    _late_filer(stage)
    yield "7月5日安监局看汇总表，填自己的一行，签报全表"
    _lead(stage)
    yield "其余五个主管单位汇总签字"
    others.file(stage, others.LEADS)
    others.file(stage, others.LATER)
    yield "7月7日县府办核对草稿，一键发布到领导群"
    _publish(stage)


def _join(stage: Stage, invites: dict[Post, NewInvite]) -> None:
    for post, name in NAMES.items():
        stage.person(post, name, invites[post].unit_name + ROLES[post[1]])
        stage.start(post, invites[post].code)
    _others_join(stage, invites)
    group = stage.group(ADMIN, GROUP)
    stage.say(ADMIN, "/register", group)
    stage.press(ADMIN, "确认登记")


def _others_join(stage: Stage, invites: dict[Post, NewInvite]) -> None:
    posts = [post for post in invites if post not in NAMES and post[1] in ROLES]
    with stage.aside():
        for surname, post in zip(SURNAMES, posts, strict=False):
            stage.person(post, f"{surname}示例", invites[post].unit_name + ROLES[post[1]])
            stage.starts(post, invites[post].code)
        stage.settle()


def _others(stage: Stage) -> None:
    stage.at("2008-07-01 16:00")
    others.file(stage, others.FIRST)
    others.file(stage, others.SECOND)
    others.file(stage, others.THIRD)


def _nil_return(stage: Stage) -> None:
    stage.at("2008-07-01 09:00")
    stage.at("2008-07-01 15:20")
    stage.press(PORT, "开始填报")
    stage.press(PORT, "零报告")
    for text in [
        "按全年计划开展渡口渡船检查",
        "检查渡口12处、渡船31艘，未发生事故",
        "无",
        "汛期渡运安全检查",
    ]:
        stage.say(PORT, text)
    stage.press(PORT, "提交")
    stage.press(PORT_HEAD, "同意签字")


def _police(stage: Stage) -> None:
    stage.at("2008-07-02 09:00")
    stage.press(POLICE, "开始填报")
    stage.say(POLICE, "3 1 2 15.6")
    stage.say(POLICE, "３ 1 2 15.6万元 0")
    stage.say(POLICE, "上半年排查整治任务按计划完成，6月份完成重点路段整治9处")
    stage.press(POLICE, "稍后再报")
    stage.at("2008-07-02 10:05")
    stage.say(POLICE, "继续")
    stage.say(POLICE, "查处酒后驾驶、超员超载违法行为126起，41省道隐患路段完成护栏安装")
    stage.say(POLICE, "诸永高速施工便道与41省道平交口缺少信号灯，请县交通局协调施工单位于7月底前安装")
    stage.say(POLICE, "开展夏季夜间交通违法集中整治")
    stage.press(POLICE, "修改")
    stage.say(POLICE, "3")
    stage.say(POLICE, "4")
    stage.press(POLICE, "提交")
    stage.at("2008-07-02 10:30")
    stage.press(POLICE_HEAD, "退回修改")
    stage.say(POLICE_HEAD, "3 受伤人数与事故台账不一致，请核对")
    stage.say(POLICE, "5")
    stage.press(POLICE, "提交")
    stage.press(POLICE_HEAD, "同意签字")


def _late_filer(stage: Stage) -> None:
    stage.at("2008-07-02 15:30")
    stage.at("2008-07-02 17:31")
    stage.at("2008-07-03 10:20")
    stage.press(FIRE, "开始填报")
    stage.press(FIRE, "逐格填")
    for text in ["四", "0", "1", "6.5", "无"]:
        stage.say(FIRE, text)
    for text in ["完成高层建筑和人员密集场所消防检查年度计划的55%", "检查单位86家，督促整改火灾隐患143处"]:
        stage.say(FIRE, text)
    stage.say(FIRE, "瓯北镇两处市场消防通道长期被占，请瓯北镇政府、县城管执法局协助清理")
    stage.say(FIRE, "开展“三合一”场所专项整治")
    stage.press(FIRE, "提交")
    stage.press(FIRE_HEAD, "同意签字")


def _lead(stage: Stage) -> None:
    stage.at("2008-07-05 09:00")
    stage.press(LEAD, "查看汇总表")
    stage.press(LEAD, "开始填报")
    stage.say(LEAD, "2 1 1 380 0")
    stage.say(LEAD, "某铸造企业熔炼车间设备损毁，损失数已经评估确认")
    for text in [
        "全年12项重点任务已完成6项，与时序进度持平",
        "检查企业214家次，排查隐患486处，整改率93.4%",
        "三家矿山企业整合方案尚未批复，请县国土资源局在7月中旬前提出意见",
        "开展铸造企业专项检查，推进矿山整合",
    ]:
        stage.say(LEAD, text)
    stage.press(LEAD, "提交")
    stage.at("2008-07-05 14:10")
    stage.press(LEAD_HEAD, "同意签字")


def _publish(stage: Stage) -> None:
    stage.at("2008-07-07 09:00")
    stage.press(ADMIN, "发布到领导群")
    # Each work's table is there for whoever asks; one is shown.
    group = stage.called(GROUP)
    stage.press(ADMIN, "安全生产", group)
    with stage.aside():
        for label in others.WORKS:
            stage.press(ADMIN, label, group)
