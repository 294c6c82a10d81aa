"""Where an export goes: the file that was named, or one that names itself in the folder that was named."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.options import words
from tracker.cli.read_options import ReadOptions
from tracker.errors import Refused, Unclear, reason_of
from tracker.folders import is_device
from tracker.ledger.values import shorten

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts

_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def target_file(options: ReadOptions, name: str, suffix: str) -> Path:
    """Return the file of -o; in a folder the file is called name + suffix.

    Raises Unclear without -o or for a file that is called otherwise than *suffix, Refused where the file cannot be written:
    before any work is done.
    """
    if not options.output:
        raise Unclear("请用 -o 写明输出文件，或写明目录由程序命名")
    target = Path(options.output)
    if is_folder(options.output):
        make_folder(target)
        target /= file_name(name) + suffix
    elif target.suffix.lower() != suffix:
        raise Unclear(f"输出文件“{shorten(target.name)}”的扩展名应为 {suffix}")
    output.check_output(target, force=options.force)
    return target


def name_of(*parts: object) -> str:
    """Return the name an export gives itself: what it is and what it is narrowed to, as far as there is something."""
    return "-".join(str(part) for part in parts if part)


def kinds_of(text: str | None) -> str:
    """Return the kinds that --kind names in Chinese, as captions and file names have them; empty for none."""
    from tracker.actions.name_lookup import kind_codes
    from tracker.ledger.terms import KINDS

    return "、".join(KINDS[code] for code in dict.fromkeys(kind_codes(words(text) or ())))


def make_folder(folder: Path) -> None:
    """Make a folder that -o names, where there is none. Raises Refused where the one it would stand in is missing too."""
    if not folder.parent.is_dir():
        raise Refused(f"目录 {folder.parent} 不存在；请先建立该目录")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise Refused(f"无法建立目录 {folder}：{reason_of(error)}；请换一个位置") from None


def is_folder(text: str) -> bool:
    """Say whether -o names a folder: one that exists, or by its last character."""
    return text.endswith((os.sep, "/")) or Path(text).is_dir()


def file_name(text: str) -> str:
    """Return a text as a name that every file system takes."""
    plain = "".join(char for char in text.translate(_FORBIDDEN) if char.isprintable())
    name = shorten(plain, 80).strip(". ") or "_"
    return f"_{name}" if is_device(name) else name


def deliver(options: ReadOptions, target: Path, content: bytes | Iterable[bytes], **more: object) -> None:
    """Write the file, whole or not at all, and say where it is; more goes beside it into the JSON."""
    path = output.write_file(str(target), content, force=options.force)
    if options.json:
        output.print_json({"path": str(path), **more})
    else:
        output.message(f"已写入 {path}")


def deliver_all(options: ReadOptions, files: Sequence[tuple[Path, bytes]]) -> None:
    """Write several files, each whole or not at all, and say where they are."""
    if len(files) == 1:
        deliver(options, *files[0])
        return
    paths = [output.write_file(str(target), content, force=options.force) for target, content in files]
    if options.json:
        output.print_json({"paths": [str(path) for path in paths]})
    else:
        output.message(f"已写入 {len(paths)} 个文件：{'、'.join(map(str, paths))}")


def frozen_goalposts() -> "Goalposts | None":
    """Return the goalposts of the synergy index that the settings name, None for none."""
    path = context.settings["index_goalposts"]
    if not path:
        return None
    from tracker.actions.synergy_index import read_goalposts

    return read_goalposts(path)
