"""Files in a chat: workbooks both ways, albums of photos, drag and drop."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import Shoot, Visit
from tests.browser.county import County
from tests.browser.hands import POLICE, jump


def picture(red: int) -> bytes:
    """A small PNG of one colour."""
    rows = b"".join(b"\x00" + bytes([red, 120, 160]) * 48 for _ in range(32))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 48, 32, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_a_workbook_of_ones_own_is_a_document_and_is_refused(
    visit: Visit, county: County, tmp_path: Path, shoot: Shoot
) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["道路交通", 2, 0, 3, 9.8, 0])
    path = tmp_path / "安全生产 <7月>.xlsx"
    book.save(path)
    page = visit()
    jump(page, "2008-07-01T09:00")
    expect(page.locator("#pane-a .key", has_text="开始填报")).to_be_visible()
    page.set_input_files("#composer-a [data-files]", path)
    document = page.locator("#log-a .msg.out .document")
    expect(document).to_contain_text("安全生产 <7月>.xlsx")
    county.until(lambda: county.messages(POLICE)[-1].from_bot)
    expect(page.locator("#log-a .msg").last).to_have_class("msg in")
    shoot(page, "chat-upload")
    with page.expect_download() as coming:
        document.click()
    assert coming.value.path().read_bytes() == path.read_bytes()


def test_the_units_workbook_is_downloaded_filled_in_and_sent_back(
    visit: Visit, county: County, tmp_path: Path, shoot: Shoot
) -> None:
    page = visit()
    jump(page, "2008-07-01T09:00")
    page.locator("#pane-a .key", has_text="Excel填报").last.click()
    with page.expect_download() as coming:
        page.locator("#log-a .msg.in .document").last.click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    book = load_workbook(path)
    for at, figure in zip(["C6", "G6", "K6", "O6", "S6"], [2, 0, 3, 9.8, 0], strict=True):
        book.worksheets[0][at] = figure
    book.save(path)
    page.set_input_files("#composer-a [data-files]", path)
    answer = page.locator("#log-a .msg").last
    expect(answer).to_have_class("msg in")
    # What it read is shown before anything is recorded.
    expect(answer).to_contain_text("9.8")
    shoot(page, "chat-filled-workbook")


def test_photos_make_an_album_and_files_can_be_dropped(visit: Visit, county: County, shoot: Shoot) -> None:
    page = visit()
    files = [
        {"name": f"现场{n}.png", "mimeType": "image/png", "buffer": picture(n * 60)} for n in range(1, 4)
    ]
    page.set_input_files("#composer-a [data-photos]", files)
    expect(page.locator("#log-a .msg.out .photos img")).to_have_count(3)
    loaded = "() => [...document.querySelectorAll('#log-a img')].every(each => each.complete && each.naturalWidth === 48)"
    page.wait_for_function(loaded)
    shoot(page, "chat-album")
    drop = """() => {
        const carried = new DataTransfer();
        carried.items.add(new File(['甲,1'], '台账.csv', {type: 'text/csv'}));
        const log = document.getElementById('log-a');
        log.dispatchEvent(new DragEvent('dragover', {bubbles: true, cancelable: true, dataTransfer: carried}));
        log.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: carried}));
    }"""
    page.evaluate(drop)
    expect(page.locator("#log-a .msg.out .document").last).to_contain_text("台账.csv")
