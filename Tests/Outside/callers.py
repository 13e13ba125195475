"""Callers of every kind for the authorisation matrix, and the server that they call."""

import base64
import functools
import json
import sqlite3
import subprocess
import time
from contextlib import closing

from accounts import GENEROUS, Accounts, claims, part, part_of
from crews import Crew
from matrix import HOME, Caller
from server import Server, command, until

QUIET = [*GENEROUS, "--access-log", "off"]
ALL = frozenset(("read", "write", "admin"))
# A key of ours that the server believes, and one that it did a long time ago.
TRUSTED, RETIRED = "key_of_the_test", "key_of_old"


def mint(server, *scopes, **bound):
    """A new opaque token."""
    options = [word for name, text in bound.items() for word in (f"--{name}", text)]
    made = command("token", "mint", "--scope", ",".join(scopes), *options, data=server.folder)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def revoke(server, token):
    assert command("token", "revoke", token, data=server.folder).returncode == 0


def expire(server, token):
    """The token's time is up; a day is the shortest that one can be made for."""
    found = json.loads(command("token", "inspect", "--json", token, data=server.folder).stdout)
    write(server, ("UPDATE tokens SET expires_at = ? WHERE id = ?", int(time.time() * 1000), found["id"]))


def write(server, *statements):
    with closing(sqlite3.connect(server.folder / "main.db", timeout=10)) as database, database:
        for statement, *values in statements:
            assert database.execute(statement, values).rowcount == 1


class Signer:
    """A key for signatures (RFC 8032), kept by openssl."""

    def __init__(self, folder):
        self.folder = folder
        self.run("genpkey", "-algorithm", "ed25519", "-out", "signer.pem")
        self.public = self.run("pkey", "-in", "signer.pem", "-pubout", "-outform", "DER")[-32:]

    def run(self, *arguments):
        return subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True).stdout

    def token(self, header, claims):
        text = f"{part_of(header)}.{part_of(claims)}"
        (self.folder / "signed").write_text(text)
        signature = self.run("pkeyutl", "-sign", "-rawin", "-inkey", "signer.pem", "-in", "signed")
        return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


class Site:
    """A server with a finished run at home and one account, which was served twice before by other rules."""

    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "data", *QUIET, "--issuer", "elsewhere")
        self.accounts = Accounts(self.server)
        self.connection = None
        self.signer = Signer(folder)

    def start(self):
        self.server.start()
        self.user = self.accounts.join()
        self.of_another_issuer = self.user.access
        self.again("--access-token-lifetime", "1")
        self.short = self.accounts.device(self.user)["access_token"]
        key = "INSERT INTO signing_keys (name, public_key, sealed_seed, created_at, retired_at) VALUES (?, ?, ?, ?, ?)"
        write(self.server, (key, TRUSTED, self.signer.public, b"none", 1, None), (key, RETIRED, self.signer.public, b"none", 1, 2))
        self.again()
        self.session = self.accounts.device(self.user)
        self.claims = claims(self.session["access_token"])
        self.run = self.server.create({"session_key": "s_matrix", "input": "1 + 1"}, scope=HOME)
        self.server.finished(self.run, scope=HOME)
        self.crew = Crew(self.server, HOME)
        self.skill = self.crew.skill()
        return self

    def again(self, *flags):
        """The same server by other rules."""
        assert self.server.stop() == 0
        self.server.flags = (*QUIET, *flags)
        self.server.start()

    def dispose(self):
        if self.connection is not None:
            self.connection.close()
        self.server.dispose()

    def ask(self, verb, path, fields, body=None, ends=True):
        """One request and its whole answer, on a connection for all cells."""
        if self.connection is None or self.connection.is_closed or self.connection.goaways:
            self.connection = self.server.connect()
        return self.connection.finish(self.connection.ask(verb, path, fields, body, ends=ends))

    @functools.cached_property
    def full(self):
        return mint(self.server, *ALL)

    @functools.cached_property
    def of_another_server(self):
        """An access token that another server has signed by a key of its own, for somebody of its own."""
        other = Server(self.folder / "other", *QUIET)
        try:
            return Accounts(other.start()).join().access
        finally:
            other.dispose()

    def status(self, token):
        """Of the finished run, for whoever has this token."""
        return self.server.get(f"/api/runs/{self.run}", token=token, scope=HOME).status

    def ended(self, end):
        """An opaque token that was good, known to the server, and then came to its end."""
        token = mint(self.server, *ALL, days="1")
        assert self.status(token) == 200
        end(self.server, token)
        until(lambda: self.status(token) == 401, within=5)
        return token

    def signed_out(self):
        session = self.accounts.device(self.user)
        assert self.accounts.me(session["access_token"]).status == 200
        assert self.accounts.sign_out(session["refresh_token"]).status == 204
        self.accounts.dies(session["access_token"], within=5)
        return session["access_token"]

    def expired(self):
        """A second is over since, and another, by which clocks may differ."""
        self.accounts.dies(self.short, within=5)
        return self.short

    def signed(self, header=(), **changes):
        """A token by our key that says what the account's own token says, but for what is changed; None leaves out."""
        said = {**self.claims, "jti": "at_of_the_test", **changes}
        said = {name: value for name, value in said.items() if value is not None}
        return self.signer.token({"alg": "EdDSA", "typ": "at+jwt", "kid": TRUSTED, **dict(header)}, said)

    @property
    def own(self):
        """The only scope that the account may name."""
        return {"x-org-id": self.claims["org"], "x-user-id": self.claims["sub"]}

    def of(self, token, **facts):
        return Caller((("authorization", f"Bearer {token}"),), **facts)

    def user_naming(self, token=None, permissions=("read", "write"), **scope):
        """The account, in its own scope but for what is said."""
        named = {**self.own, **{f"x-{name}-id": text for name, text in scope.items()}}
        return self.of(token or self.session["access_token"], permissions=frozenset(permissions), bound=self.own, scope=named,
                       is_user=True)


def opaque(*scopes, naming=(), **bound):
    """Makes a caller with an opaque token: what it allows, what alone it may name, and what it names."""
    def make(site):
        return site.of(mint(site.server, *scopes, **bound), permissions=frozenset(scopes),
                       bound={f"x-{name}-id": text for name, text in bound.items()}, scope={**HOME, **dict(naming)})
    return make


def refused(token):
    """Makes a caller whom nobody is, at home and as far as the token goes."""
    return lambda site: site.of(token(site))


def shown(*texts):
    """Makes a caller whose fields say this, with a good token in it."""
    return lambda site: Caller(tuple(("authorization", text.format(site.full)) for text in texts))


def forged(header=(), **changes):
    """Makes a caller with a token that is right but for this."""
    def make(site):
        found = {name: change(site) if callable(change) else change for name, change in changes.items()}
        return site.of(site.signed(header, **found), scope=site.own)
    return make


def hence(seconds):
    return lambda site: int(time.time()) + seconds


# Each kind of caller by its name, made when it is asked for.
CALLERS = {
    "no token": shown(),
    "another scheme": shown("Basic {}"),
    "a scheme without a token": shown("Bearer"),
    "a token without a scheme": shown("{}"),
    "a token and a word": shown("Bearer {} x"),
    "a token and a comma": shown("Bearer {},"),
    "a token of other letters": shown("Bearer {}é"),
    "a token twice": shown("Bearer {}", "Bearer {}"),
    "a token and nothing": shown("Bearer {}", ""),
    "an unknown opaque token": refused(lambda site: site.full[:-2] + ("AA" if site.full[-2:] != "AA" else "BB")),
    "an opaque token that is cut off": refused(lambda site: site.full[:-1]),
    "an opaque token with more behind it": refused(lambda site: site.full + "A"),
    "an opaque token in other letters": refused(lambda site: site.full.swapcase()),
    "a revoked opaque token": refused(lambda site: site.ended(revoke)),
    "an expired opaque token": refused(lambda site: site.ended(expire)),
    "a refresh token": refused(lambda site: site.session["refresh_token"]),
    "an expired access token": refused(Site.expired),
    "an access token of another server": refused(lambda site: site.of_another_server),
    "an access token of another issuer": refused(lambda site: site.of_another_issuer),
    "an access token of a session that was signed out": refused(Site.signed_out),
    "a signed token for another audience": forged(aud="elsewhere"),
    "a signed token for other audiences": forged(aud=["elsewhere", "Switchyard"]),
    "a signed token for no audience": forged(aud=None),
    "a signed token of another issuer": forged(iss="elsewhere"),
    "a signed token of no issuer": forged(iss=None),
    "a signed token that is over": forged(exp=hence(-2)),
    "a signed token that is never over": forged(exp=None),
    "a signed token that begins later": forged(nbf=hence(3600)),
    "a signed token from the future": forged(iat=hence(3600)),
    "a signed token of another type": forged({"typ": "JWT"}),
    "a signed token of a refresh's type": forged({"typ": "rt+jwt"}),
    "a signed token of a family that is none": forged(sid="fam_nobody"),
    "a signed token without a family": forged(sid=None),
    "a signed token without a tenant": forged(org=None),
    "a signed token without a subject": forged(sub=None),
    "a signed token by a retired key": forged({"kid": RETIRED}),
    "a signed token by a key of another name": forged({"kid": "key_of_nobody"}),
    "a signed token by the name of the server's key": lambda site: site.of(
        site.signed({"kid": part(site.session["access_token"], 0)["kid"]}), scope=site.own),
    "a signed token that brings its key": forged({"jwk": {"kty": "OKP", "crv": "Ed25519"}}),
    "a signed token that says another algorithm": forged({"alg": "HS256"}),
    "a signed token that says none": forged({"alg": "none"}),
    "all": opaque("read", "write", "admin"),
    "read": opaque("read"),
    "write": opaque("write"),
    "admin": opaque("admin"),
    "read and write": opaque("read", "write"),
    "all, naming no scope": lambda site: site.of(site.full, permissions=ALL, scope={}),
    "nobody, naming no scope": lambda site: Caller(scope={}),
    "read, naming no scope": lambda site: site.of(mint(site.server, "read"), permissions=frozenset({"read"}), scope={}),
    "bound to home": opaque("read", "write", "admin", org="o1", user="u1"),
    "bound to another tenant": opaque("read", "write", "admin", org="o2"),
    "bound to another tenant, naming it": opaque("read", "write", "admin", org="o2", naming={"x-org-id": "o2"}),
    "bound to another tenant in other letters": opaque("read", "write", "admin", org="O1"),
    "bound to another user": opaque("read", "write", "admin", user="u2"),
    "bound to another user, naming them": opaque("read", "write", "admin", user="u2", naming={"x-user-id": "u2"}),
    "bound to a project, naming none": opaque("read", "write", "admin", project="p1"),
    "bound to a project, naming it": opaque("read", "write", "admin", project="p1", naming={"x-project-id": "p1"}),
    "bound to a project, naming another": opaque("read", "write", "admin", project="p1", naming={"x-project-id": "p2"}),
    "read, bound to another tenant": opaque("read", org="o2"),
    "read, bound to another tenant, naming it": opaque("read", org="o2", naming={"x-org-id": "o2"}),
    "write, bound to another tenant, naming it": opaque("write", org="o2", naming={"x-org-id": "o2"}),
    "read, bound to the account, naming it": lambda site: site.user_naming(
        mint(site.server, "read", user=site.own["x-user-id"], org=site.own["x-org-id"]), ["read"]),
    "a user": Site.user_naming,
    "a user in a project": lambda site: site.user_naming(project="p1"),
    "a user, naming another tenant": lambda site: site.user_naming(org="o1"),
    "a user, naming another user": lambda site: site.user_naming(user="u1"),
    "a user, naming another tenant's user": lambda site: site.user_naming(org="o1", user="u1"),
    "a user with a token by our key": lambda site: site.user_naming(site.signed()),
    "a user without a role": lambda site: site.user_naming(site.signed(roles=[])),
    "a user for two audiences": lambda site: site.user_naming(site.signed(aud=["elsewhere", "switchyard"])),
    "an msp_admin": lambda site: site.user_naming(site.signed(roles=["msp_admin"]), ALL),
    "a platform_admin": lambda site: site.user_naming(site.signed(roles=["ops_engineer", "platform_admin"]), ALL),
    "a platform_admin, naming another tenant": lambda site: site.user_naming(site.signed(roles=["platform_admin"]), ALL, org="o1"),
}
