"""Whom to ask in a unit, and letters as mails that are ready to be sent by hand."""

import io
import json
import re
import zipfile
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from tests.conftest import Cli
from tracker.papers.reminder import mail


def mails(cli: Cli, *words: object, folder: str = "催办") -> dict[str, EmailMessage]:
    cli.ok("export", "reminders", "-o", cli.folder / folder, "--eml", *words)
    found = sorted((cli.folder / folder).glob("*.eml"))
    return {path.name: message_from_bytes(path.read_bytes(), policy=default) for path in found}


def listed(cli: Cli, name: str, *words: object) -> dict[str, object]:
    rows = json.loads(cli.ok("unit", "list", "--region", "zj", "--json", *words))
    return next(row for row in rows if row["name"] == name)


def test_a_contact_is_told_changed_and_taken_back(cli: Cli) -> None:
    told = json.loads(
        cli.ok(
            "unit",
            "contact",
            "zj:省科技厅",
            "--person",
            "王五",
            "--phone",
            "0571-1234",
            "--email",
            "w@zj.gov.cn",
            "--json",
        )
    )
    assert told == {"change": 2, "unit": "zj:省科技厅", "person": "王五", "phone": "0571-1234", "email": "w@zj.gov.cn"}
    cli.ok("unit", "contact", "zj:省科技厅", "--phone", "")
    assert [listed(cli, "省科技厅")[name] for name in ("person", "phone", "email")] == ["王五", "", "w@zj.gov.cn"]
    row = json.loads(cli.ok("history", "--json"))[-1]
    assert (row["field"], row["before"], row["after"]) == (
        "contact", "zj:省科技厅：王五，0571-1234，w@zj.gov.cn", "zj:省科技厅：王五，w@zj.gov.cn",
    )  # fmt: skip
    assert "王五" in cli.ok("unit", "list", "--region", "zj")
    cli.ok("undo", "--yes")
    assert listed(cli, "省科技厅")["phone"] == "0571-1234"
    assert listed(cli, "省科技厅", "--known-at", "2026-11-20T00:00")["person"] == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "请用 --person"),
        (("--email", "w"), "不是邮箱地址"),
        (("--email", "w@x.cn\nBcc: all@x.cn"), "不是邮箱地址"),
        (("--email", "a@b.cn,c@d.cn"), "不是邮箱地址"),
        (("--person", "王\u202e"), "控制字符"),
        (("--phone", "1" * 81), "过长"),
    ],
)
def test_what_is_no_contact_is_refused(cli: Cli, words: tuple[str, ...], said: str) -> None:
    told = cli("unit", "contact", "zj:省科技厅", *words)
    assert (told.code, said in told.err, told.err.count("\n")) == (2, True, 1)


def test_the_issuers_contact_stands_in_its_letters(cli: Cli) -> None:
    cli.environ["TRACKER_ISSUER"] = "zj:省生态环境厅"
    cli.ok("unit", "contact", "zj:省生态环境厅", "--person", "李四", "--phone", "0571-1")
    cli.ok("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅")
    (text,) = (cli.folder / "催办").glob("*.txt")
    assert "（联系人：李四，0571-1）" in text.read_text("utf-8-sig")


def test_a_mail_with_the_letter_and_the_form(cli: Cli) -> None:
    cli.ok("unit", "contact", "zj:省科技厅", "--email", "w@zj.gov.cn")
    ((name, mail),) = mails(cli, "--unit", "zj:省科技厅").items()
    assert name == "zj-省科技厅-催办单-2026-11-21.eml"
    assert (mail["To"], mail["X-Unsent"], mail["Date"], mail["Bcc"]) == ("w@zj.gov.cn", "1", None, None)
    assert mail["Subject"] == "关于《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）有关事项的催办单"
    body = mail.get_body()
    assert body is not None
    assert "省科技厅：" in body.get_content()
    attached = {each.get_filename(): each.get_payload(decode=True) for each in mail.iter_attachments()}
    assert list(attached) == ["zj-省科技厅-催办单-2026-11-21.docx", "省科技厅-填报表-2026-11-21.xlsx"]
    assert (
        attached["zj-省科技厅-催办单-2026-11-21.docx"]
        == (cli.folder / "催办" / "zj-省科技厅-催办单-2026-11-21.docx").read_bytes()
    )
    form = cli.folder / "form.xlsx"
    form.write_bytes(attached["省科技厅-填报表-2026-11-21.xlsx"])  # type: ignore[arg-type]
    assert json.loads(cli.ok("import", form, "--json", "--yes"))["new"] == 0


def test_without_an_address_the_line_is_left_out_and_said(cli: Cli) -> None:
    told = cli("export", "reminders", "-o", cli.folder / "催办", "--eml", "--unit", "zj:省科技厅")
    assert "1 个单位没有登记邮箱，邮件的收件人留空" in told.err
    (path,) = (cli.folder / "催办").glob("*.eml")
    assert message_from_bytes(path.read_bytes())["To"] is None


def test_the_same_mail_has_the_same_bytes() -> None:
    attached = {"催办单.docx": b"letter", "填报表.xlsx": b"form"}
    first, second = (mail("催办单", "a@example.com", "正文", dict(attached)) for _ in range(2))
    assert first == second
    assert mail("催办单", "a@example.com", "正文", {**attached, "填报表.xlsx": b"other"}) != first


def test_mails_of_the_same_data_differ_only_in_the_change_that_their_form_was_made_from(cli: Cli) -> None:
    """The first mails are noted in the ledger, so the second ones are made from a later change."""
    (first,) = mails(cli, "--unit", "zj:省科技厅", folder="一").values()
    cli.now = cli.now.replace(hour=20)
    (second,) = mails(cli, "--unit", "zj:省科技厅", folder="二").values()
    assert [first[name] for name in ("Subject", "To")] == [second[name] for name in ("Subject", "To")]
    (text, letter, form), (other_text, other_letter, other_form) = (
        [part.get_payload(decode=True) for part in each.walk() if not part.is_multipart()] for each in (first, second)
    )
    assert (text, letter) == (other_text, other_letter)
    assert unstamped(form) == unstamped(other_form)


def unstamped(form: object) -> dict[str, bytes]:
    """The parts of a workbook without the change and hash of its stamp."""
    assert isinstance(form, bytes)
    with zipfile.ZipFile(io.BytesIO(form)) as parts:
        return {
            name: re.sub(
                rb"(tracker:(?:form::)?[0-9a-f-]{36}:2026-11-21):[0-9]+:[0-9a-f]{16}", rb"\1", parts.read(name)
            )
            for name in parts.namelist()
        }
