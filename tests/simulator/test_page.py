"""The page's own side without a browser: who may speak to it, how texts become HTML, how fast a chat opens."""

import re
import time
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from simulator.model import Person
from simulator.page.chats import PAGE
from simulator.page.page import STATIC
from simulator.page.rich import rich
from simulator.page.tour import script
from simulator.page.wording import LANGUAGES, words
from simulator.server import main
from simulator.world import World


def form(app: Starlette, **headers: str) -> dict[str, str]:
    return {"X-Page-Token": app.state.page.token} | headers


async def test_a_change_needs_the_pages_token(
    client: httpx.AsyncClient, app: Starlette, world: World, lin: Person
) -> None:
    said = {"person": lin.id, "chat": lin.id, "text": "在"}
    assert (await client.post("/page/say", data=said)).status_code == 403
    assert (await client.post("/page/say", data=said, headers={"X-Page-Token": "guess"})).status_code == 403
    assert (await client.post("/page/say", data=said, headers=form(app))).status_code == 204
    assert world.last(lin).text == "在"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
async def test_no_other_site_can_post(
    client: httpx.AsyncClient, app: Starlette, lin: Person, headers: dict[str, str]
) -> None:
    said = {"person": lin.id, "chat": lin.id, "text": "在"}
    answer = await client.post("/page/say", data=said, headers=form(app, **headers))
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/page/around", "/page/static/page.js", "/sim/state", "/bot{}/getMe"])
async def test_another_host_name_is_refused_everywhere(
    client: httpx.AsyncClient, world: World, path: str
) -> None:
    for host in ("evil.example", "evil.example:8400", "127.0.0.1.evil.example"):
        answer = await client.get(path.format(world.token), headers={"Host": host})
        assert answer.status_code == 403
    assert (await client.get(path.format(world.token), headers={"Host": "127.0.0.1:8400"})).status_code == 200


@pytest.mark.parametrize("token", ["123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "x", ""])
def test_a_real_token_is_refused(token: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--token", token])
    assert "token" in capsys.readouterr().err


def test_the_status_is_read_from_loopback_only(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--status-url", "http://example.com:80"])
    assert "loopback" in capsys.readouterr().err


async def test_every_answer_carries_the_policy(client: httpx.AsyncClient) -> None:
    for path in ("/", "/page/around", "/page/static/page.css", "/page/file/none", "/page/pane?chat=1"):
        answer = await client.get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_page_holds_no_inline_script_or_style(client: httpx.AsyncClient, lin: Person) -> None:
    html = (await client.get(f"/?a={lin.id}")).text
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|hx-on", html)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)


async def test_an_uploaded_page_is_never_rendered(
    client: httpx.AsyncClient, app: Starlette, world: World, lin: Person
) -> None:
    evil = b"<script>alert(1)</script>"
    files = {"file00": ("表.html", evil, "text/html")}
    answer = await client.post(
        "/page/send", data={"person": lin.id, "chat": lin.id}, files=files, headers=form(app)
    )
    assert answer.status_code == 204
    document = world.last(lin).document
    assert document is not None
    got = await client.get(f"/page/file/{document.file_id}")
    assert got.content == evil
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E8%A1%A8%2Ehtml"
    assert (await client.get(f"/page/picture/{document.file_id}")).status_code == 404
    as_photo = {"person": lin.id, "chat": lin.id, "photo": "true"}
    refused = await client.post("/page/send", data=as_photo, files=files, headers=form(app))
    assert refused.status_code == 400


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def test_entities_become_tags_and_everything_else_is_escaped() -> None:
    assert rich("<b>&", []) == "&lt;b&gt;&amp;"
    assert rich("甲<乙", [entity("bold", 0, 2)]) == "<strong>甲&lt;</strong>乙"
    nested = [entity("bold", 0, 4), entity("italic", 1, 2)]
    assert rich("甲乙丙丁", nested) == "<strong>甲<em>乙丙</em>丁</strong>"
    # An emoji outside the basic plane counts two.
    assert rich("😀表", [entity("code", 2, 1)]) == "😀<code>表</code>"
    assert rich("表", [entity("pre", 0, 1)]) == '<pre tabindex="0">表</pre>'
    crossing = [entity("bold", 0, 3), entity("italic", 2, 3)]
    assert rich("甲乙丙丁戊", crossing) == "<strong>甲乙<em>丙</em></strong>丁戊"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", '"onx=1'])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert rich("看", [entity("text_link", 0, 1, url=url)]) == "看"


def test_a_links_address_is_escaped() -> None:
    assert 'href="https://a.b/?x=&#34;&gt;"' in rich(
        "看", [entity("text_link", 0, 1, url='https://a.b/?x=">')]
    )


def test_both_languages_have_the_same_labels_with_the_same_fields() -> None:
    fields = [
        {key: set(re.findall(r"\{(\w+)\}", said)) for key, said in words(name).table.items()}
        for name in LANGUAGES
    ]
    assert fields[0] == fields[1]


def test_every_step_of_the_tour_has_its_words() -> None:
    steps = [step["key"] for step in script()]
    assert len(steps) == 5
    assert all(f"tour.{key}.{part}" in words("zh").table for key in steps for part in ("title", "text"))


async def test_a_page_without_a_program_still_shows_its_chats(
    client: httpx.AsyncClient, world: World, lin: Person
) -> None:
    world.say(lin, "有人吗")
    html = (await client.get("/")).text
    assert "有人吗" in html
    assert words("zh")("now.no_program") in html


async def test_opening_a_chat_among_many_takes_less_than_200_ms(
    client: httpx.AsyncClient, world: World
) -> None:
    people = [world.add_person(f"第{n}人") for n in range(500)]
    for person in people:
        world.start(person)
        for number in range(199):
            world.post(
                world.chat(person),
                world.bot if number % 2 else person,
                text=f"第{number}条：单位已报送，请核对。",
            )
    await client.get("/")
    took = []
    for person in people[::25]:
        began = time.perf_counter()
        answer = await client.get(f"/page/pane?slot=a&chat={person.id}")
        took.append(time.perf_counter() - began)
        assert answer.text.count('class="msg ') == PAGE
    # The middle one: a busy machine may hold up a single request.
    assert sorted(took)[len(took) // 2] < 0.2
    began = time.perf_counter()
    around = await client.get(f"/page/around?a={people[0].id}&b={people[1].id}")
    assert around.text.count('class="person"') == 500
    assert time.perf_counter() - began < 1


async def test_older_messages_come_by_the_page(client: httpx.AsyncClient, world: World, lin: Person) -> None:
    for number in range(2 * PAGE):
        world.say(lin, f"第{number}条")
    html = (await client.get(f"/page/pane?slot=a&chat={lin.id}")).text
    seen = re.findall(r'id="a-m(\d+)"', html)
    while more := re.search(r'hx-get="(/page/earlier[^"]+)"', html):
        html = (await client.get(more[1].replace("&amp;", "&"))).text
        seen += re.findall(r'id="a-m(\d+)"', html)
    assert sorted(map(int, seen)) == list(range(1, 2 * PAGE + 2))


async def test_news_are_the_new_the_changed_and_the_gone(
    client: httpx.AsyncClient, world: World, lin: Person
) -> None:
    first, second = world.say(lin, "一"), world.say(lin, "二")
    seq, last = len(world.ledger.entries), len(world.chat(lin).messages)
    world.edit(lin, first.message_id or 0, "壹")
    world.delete(lin, second.message_id or 0)
    world.say(lin, "三")
    html = (await client.get(f"/page/news?slot=a&chat={lin.id}&seq={seq}&last={last}")).text
    assert re.search(rf'id="a-m{first.message_id}" hx-swap-oob="true"', html)
    assert f'<div id="a-m{second.message_id}" hx-swap-oob="delete">' in html
    assert html.index("beforeend:#log-a") < html.index("三")
    again = (await client.get(f"/page/news?slot=a&chat={lin.id}&seq={seq + 3}&last={last + 1}")).text
    assert 'class="msg' not in again


async def test_nonsense_in_addresses_is_refused_and_breaks_nothing(
    client: httpx.AsyncClient, app: Starlette
) -> None:
    for path in (
        "/page/pane?chat=x",
        "/page/pane?chat=99",
        "/page/news?slot=z&chat=-1&seq=x",
        "/page/file/..",
        "/page/earlier",
    ):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/?a=x&b=1e9&lang=fr")).status_code == 200
    for path, data in (
        ("say", {}),
        ("press", {"person": "x"}),
        ("clock", {"now": "soon"}),
        ("tour", {"do": "x"}),
        ("fault", {"kind": "x", "on": "true"}),
    ):
        assert (await client.post(f"/page/{path}", data=data, headers=form(app))).status_code in (400, 404)


PAIRS = [
    *[
        (ink, ground)
        for ink in ("ink", "faint", "accent")
        for ground in ("paper", "ground", "sunk", "soft", "in", "out")
    ],
    *[
        ("accent", "key"),
        ("on-accent", "accent"),
        ("on-service", "service"),
        ("paper", "bad"),
        ("bad", "paper"),
    ],
    *[(word, f"{word}-soft") for word in ("good", "wait", "bad")],
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_pair_of_colours_can_be_read(scheme: int) -> None:
    """WCAG AA: 4.5 for text of the usual size."""
    css = (STATIC / "page.css").read_text(encoding="utf-8")
    colours = dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css.split("prefers-color-scheme: dark")[scheme])
    )
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
