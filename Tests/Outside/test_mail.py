"""Mail through a server of aiosmtpd, which nobody here wrote: what a registration sends is what its owner confirms."""

import asyncio
import contextlib
import email
import email.policy
import queue
import ssl
import threading

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

import certificates
from accounts import CODE, GENEROUS, Accounts, check_session, receivers
from server import has_curl, until

pytestmark = pytest.mark.skipif(not has_curl(), reason="libcurl speaks to mail servers")

USER, PASSWORD = "post", "words of the post"


class Mailbox:
    """What a server has taken, each with how it was sent."""

    def __init__(self, *refusals):
        self.refusals = list(refusals)
        self.letters = queue.SimpleQueue()

    async def handle_DATA(self, _, session, envelope):
        if self.refusals:
            return self.refusals.pop(0)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.put((mail, envelope, session))
        return "250 OK"

    def next(self):
        return self.letters.get(timeout=20)


@contextlib.contextmanager
def serving(mailbox, **options):
    """The port of a mail server, which lives on a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        making = loop.create_server(lambda: SMTP(mailbox, loop=loop, **options), "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(making, loop).result(20)
        yield server.sockets[0].getsockname()[1]
        loop.call_soon_threadsafe(server.close)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def accounts_with(launch, port, *flags):
    return Accounts(launch(*GENEROUS, "--mail", "smtp", "--mail-server", f"smtp://localhost:{port}",
                           "--mail-from", "switchyard@mail.example", *flags))


def confirm(accounts, person, mail):
    """Uses the code of a mail, as its reader would."""
    [code] = CODE.findall(mail.get_content().replace("\r\n", "\n"))
    answer = accounts.verify(person.email, code)
    assert answer.status == 200, answer.body
    check_session(answer.value, person)


def test_a_registration_by_a_server_in_clear(launch):
    """The envelope, the header and the text arrive as they were written."""
    mailbox = Mailbox()
    with serving(mailbox) as port:
        accounts = accounts_with(launch, port, "--mail-encryption", "none")
        person = accounts.person()
        assert accounts.register(person).status == 202
        mail, envelope, session = mailbox.next()
        assert session.ssl is None
        assert (envelope.mail_from, envelope.rcpt_tos) == ("switchyard@mail.example", [person.email])
        assert receivers(mail) == [person.email] and mail["from"].addresses[0].addr_spec == "switchyard@mail.example"
        assert mail["subject"] and mail["date"].datetime and mail["message-id"]
        confirm(accounts, person, mail)


def test_a_registration_by_a_server_that_asks_who_sends(launch, folder):
    """STARTTLS first, the password only then."""
    chain, key = certificates.dated(folder / "certificate", *certificates.NOW)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))

    (folder / "password").write_text(PASSWORD)
    mailbox = Mailbox()
    with serving(mailbox, tls_context=context, require_starttls=True, auth_required=True,
                 authenticator=authenticate) as port:
        accounts = accounts_with(launch, port, "--mail-authority", str(chain), "--mail-user", USER,
                                 "--mail-password-file", str(folder / "password"))
        person = accounts.person()
        assert accounts.register(person).status == 202
        mail, _, session = mailbox.next()
        assert session.ssl is not None and session.authenticated
        confirm(accounts, person, mail)


def test_a_mail_that_is_refused_for_good_is_told_of(launch):
    """It is not sent again; who asks for another code gets it."""
    mailbox = Mailbox("554 no")
    with serving(mailbox) as port:
        accounts = accounts_with(launch, port, "--mail-encryption", "none")
        person = accounts.person()
        assert accounts.register(person).status == 202
        until(lambda: "554" in accounts.server.log.read_text())
        assert accounts.resend(person.email).status == 204
        mail, _, _ = mailbox.next()
        confirm(accounts, person, mail)
        assert mailbox.letters.empty()
