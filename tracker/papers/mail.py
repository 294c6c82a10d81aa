"""A letter as a mail that is ready to be sent by hand (.eml): nothing here sends anything."""

import hashlib
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP

TYPES = {
    ".docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def mail(subject: str, to: str | None, text: str, attachments: Mapping[str, bytes]) -> bytes:
    """Return a mail as a draft that mail programs open for sending; without an address its line To is left out.

    The same content gives the same bytes: no date, no number of its own, boundaries made from what it holds.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    if to:
        message["To"] = to
    message["X-Unsent"] = "1"
    message.set_content(text, cte="base64")
    digest = hashlib.sha256(text.encode())
    for name, content in attachments.items():
        suffix = "." + name.rpartition(".")[2]
        message.add_attachment(content, maintype="application", subtype=TYPES[suffix], filename=name)
        digest.update(content)
    message.set_boundary(f"tracker-{digest.hexdigest()[:32]}")
    return message.as_bytes()
