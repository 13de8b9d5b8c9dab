"""A unit's mailbox (邮箱): the form of appendix D as a .docx file, by SMTP; and what the server's answers mean."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

from console.delivery.letter import Letter, Permanent, Service, Temporary, certificates, tls_trouble
from console.form import ticket_form, write_docx
from console.when import stamp
from data.postgres.address import is_here
from scripts.pack import Packs

_SECONDS = 20  # for each answer of the server
_DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


class MailServer:
    """The server that takes our mail. TLS is demanded of every one that is not this machine."""

    def __init__(self, url: str, sender: str) -> None:
        """Read ``smtp://user:password@host:587`` or ``smtps://…:465``; nothing is opened yet.

        Raises:
            Permanent: the settings name no such server or sender; the reason does not repeat the URL.
        """
        service = Service.read(url, ("smtp", 587), ("smtps", 465))
        if service is None:
            raise Permanent(
                "没有可用的邮件服务器：请在 settings.toml 的 [work] 里写 mail，如 smtps://用户:密码@主机:465"
            )
        if "@" not in parseaddr(sender)[1]:
            raise Permanent("没有寄件人地址：请在 settings.toml 的 [work] 里写 mail_from")
        self.sender = sender
        self.host, self._port, self._implicit, self._user, self._password = service

    def send(self, message: EmailMessage) -> None:
        """Hand a message to the server; when this returns, the server is answerable for it.

        Raises:
            Temporary: it did not take it now.
            Permanent: it will never take it.
        """
        try:
            with self._opened() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(next(iter(error.recipients.values()))[0], f"收件邮箱 {message['To']} 被拒") from None
        except smtplib.SMTPSenderRefused as error:
            raise _refused(error.smtp_code, "寄件人地址被拒") from None
        except smtplib.SMTPAuthenticationError as error:
            raise Temporary(
                f"邮件服务器 {self.host} 不认这个用户（{error.smtp_code}）：请核对 [work] 的 mail"
            ) from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, f"邮件服务器 {self.host} 没有收下") from None
        except ssl.SSLError as error:
            raise Temporary(tls_trouble(f"邮件服务器 {self.host}", error)) from None
        except smtplib.SMTPNotSupportedError:
            raise Temporary(f"邮件服务器 {self.host} 没有 TLS：个人信息不能明文经过网络，请开启") from None
        except (smtplib.SMTPException, OSError) as error:
            what = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            raise Temporary(f"邮件服务器 {self.host} 连不上或断了（{what}）") from None

    def _opened(self) -> smtplib.SMTP:
        if self._implicit:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self._port, timeout=_SECONDS, context=certificates())
        else:
            server = smtplib.SMTP(self.host, self._port, timeout=_SECONDS)
        try:
            server.ehlo()
            if not self._implicit and not is_here(self.host):
                server.starttls(context=certificates())
                server.ehlo()
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server


def compose(
    letter: Letter, mailbox: str, server: MailServer, packs: Packs, folder: Path, now: datetime
) -> EmailMessage:
    """Write the mail for a letter; a second time it has the same Message-ID.

    The text names number, step and clocks; who asked and for what stands in the attached form only.

    Raises:
        OSError: the form cannot be written into ``folder``.
    """
    ticket = letter.ticket
    message = EmailMessage()
    urgent = "（紧急）" if ticket.record.urgent else ""
    message["Subject"] = f"【12345】{letter.what} {ticket.number}{urgent}"
    message["From"] = server.sender
    message["To"] = mailbox
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.key}@{parseaddr(server.sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # no holiday notices, please (RFC 3834)
    if ticket.record.urgent:
        message["Importance"] = "high"
    message.set_content(_text(letter))
    if not letter.over:
        file = folder / f"{letter.key}.docx"
        write_docx(ticket_form(ticket, packs), file, letter.event.at)
        maintype, subtype = _DOCX
        name = f"诉求工单{ticket.number}.docx"
        message.add_attachment(file.read_bytes(), maintype=maintype, subtype=subtype, filename=name)
        file.unlink()
    return message


def _text(letter: Letter) -> str:
    ticket, held = letter.ticket, letter.ticket.handling.now_with
    lines = [f"{letter.unit}：", "", f"工单 {ticket.number} {letter.what}（{stamp(letter.event.at)}）。"]
    if letter.over:
        lines.append("请停止办理，并删除此前邮件中的诉求人信息。")
    else:
        if held:
            lines.append(f"签收截止：{stamp(held.sign_due)}")
        if ticket.handling.feedback_due:
            lines.append(f"反馈截止：{stamp(ticket.handling.feedback_due)}")
        if held and held.limits:
            lines.append(f"办理时限：{held.limits}")
        lines += ["", "诉求内容见附件“诉求工单”。附件有个人信息，仅供办理使用，不得转发或公开。"]
    return "\n".join([*lines, "", "本邮件由系统发出，请按派单方式签收、反馈，不要直接回复。"]) + "\n"


def _refused(code: int, what: str) -> Temporary | Permanent:
    """The server's answer as an error; its words are left out, they may quote the mail."""
    if 500 <= code < 600:
        return Permanent(f"{what}（{code}）：请核对单位表里的邮箱，改正后再送")
    return Temporary(f"{what}（{code}）：稍后再送")
