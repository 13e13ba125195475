#!/usr/bin/env python3
"""Whether nobody is locked out, nothing is done twice, and no time tells a secret: see README.md beside this file.

    SWITCHYARD_BINARY=$PWD/.build/release/switchyard .build/venv/bin/python bench/identity.py races --count 1000 --seed 1

Each campaign prints one line of JSON, and exits with 1 when what it found misses its bar.
"""

import argparse
import base64
import collections
import contextlib
import gc
import itertools
import json
import math
import multiprocessing
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "Outside"))

import calls  # noqa: E402
import formats  # noqa: E402
import http2  # noqa: E402
import servers  # noqa: E402
from accounts import ME, SESSIONS, VERIFICATIONS, Accounts, Person, claims  # noqa: E402
from server import BINARY, Answer, Server  # noqa: E402
from test_accounts_crashes import (EFFECTS, PATIENT, Call, Renewals, Retries, at_once, check_end, check_one, place,  # noqa: E402
                                   stored)

RATES = ["--accounts-rate-scale", "100000", "--resend-gap", "0", "--access-token-lifetime", "86400"]
QUIET = ["--access-log", "off", "--log-level", "error"]
# One loop, as the floor has.
SUBJECT = f"{BINARY} serve --data {{folder}} --listen 127.0.0.1:{{port}} --loops 1 --access-log off"
SERVER_CORE, CLIENT_CORE = int(servers.SERVER_CORE), int(servers.CLIENT_CORE)

TABS = 8
LOSERS = 0.25  # of those who refresh at the same moment
PEOPLE = 4  # whose sessions are renewed at each cut
T_MAX = 4.5
TRIMMED = 0.01
WARM_UP = 200  # requests
FAILURES_MAX = 9  # wrong passwords for one address; the tenth is the last that is not told to wait
FAMILIES = 20  # whose tokens stand for a reason
HEALTH_RATIO_MAX = 2.0
ME_RATIO_MAX = 2.5


@contextlib.contextmanager
def started(*flags, pinned=False):
    """The accounts of a server with an empty folder; `pinned` gives it a core to itself, and this process the other."""
    with tempfile.TemporaryDirectory(prefix="switchyard-identity-") as folder:
        server = Server(Path(folder) / "data", *RATES, *QUIET, *flags)
        if pinned:
            server.prefix = ("taskset", "-c", str(SERVER_CORE))
            os.sched_setaffinity(0, {CLIENT_CORE})
        try:
            yield Accounts(server.start())
        finally:
            server.dispose()


# -- races

class Race:
    """One session in several tabs, all of which renew it at the same moment, while some lose their answers."""

    def __init__(self, accounts, chance):
        self.accounts, self.chance = accounts, chance
        self.person = accounts.join()
        self.connections = [accounts.server.connect() for _ in range(TABS)]
        self.counts = collections.Counter()

    def run(self):
        """The session that all have in the end."""
        before = self.person.refresh
        family, number = place(before)
        sessions = [answer.value if answer else self.retried(tab, before) for tab, answer in enumerate(self.answers(before))]
        tokens = {session["refresh_token"] for session in sessions}
        assert {place(token) for token in tokens} == {(family, number + 1)} and len(tokens) == 1, tokens
        assert {claims(session["access_token"])["sid"] for session in sessions} == {family}
        for tab, session in enumerate(sessions):
            me = self.accounts.me(session["access_token"], over=self.connections[tab])
            assert me.status == 200, me.body
        self.person.session = sessions[0]

    def answers(self, token):
        """What each tab is told; None for those who lose it: by a cut of the line, or after it had come."""
        call = Call("POST", f"{SESSIONS}/refresh", {"refresh_token": token}, {})
        body = formats.encode(call.value, formats.JSON)
        exchanges = [connection.ask(call.verb, call.path, call.head, ends=False) for connection in self.connections]
        for connection, exchange in self.shuffled(zip(self.connections, exchanges)):
            connection.send(exchange, body)
        fates = [self.chance.choice(["cut", "forgotten"]) if self.chance.random() < LOSERS else "kept" for _ in exchanges]
        self.counts.update(fates)
        for tab, fate in self.shuffled(enumerate(fates)):
            if fate == "cut":
                self.connections[tab].drop()
                self.connections[tab] = self.accounts.server.connect()
            else:
                self.connections[tab].finish(exchanges[tab])
        found = [Answer(exchange) if fate == "kept" else None for fate, exchange in zip(fates, exchanges)]
        for answer in found:
            assert answer is None or answer.status == 200, answer.body
        return found

    def retried(self, tab, token):
        answer = self.accounts.refresh(token, over=self.connections[tab])
        assert answer.status == 200, f"a retry is refused: {answer.body}"
        return answer.value

    def shuffled(self, values):
        values = list(values)
        self.chance.shuffle(values)
        return values

    def families(self):
        [count] = stored(self.accounts.server, "SELECT count(*) FROM token_families WHERE state = 'active'")
        return count

    def again(self):
        """Somebody who was logged out comes back, on lines that work."""
        self.person.session = self.accounts.device(self.person)
        for connection in self.connections:
            connection.close()
        self.connections = [self.accounts.server.connect() for _ in range(TABS)]


def races(arguments):
    """One live family, and nobody logged out."""
    misses, families = [], collections.Counter()
    with started() as accounts:
        race = Race(accounts, random.Random(arguments.seed))
        for number in range(arguments.count):
            try:
                race.run()
            except (AssertionError, OSError) as error:
                misses.append(f"race {number}: {error!r}")
            families[alive := race.families()] += 1
            if alive != 1:
                misses.append(f"race {number}: {alive} live families")
            if misses and misses[-1].startswith(f"race {number}:"):
                race.again()
        [compromised] = stored(accounts.server, "SELECT count(*) FROM event_log WHERE type = 'auth.family_compromised'")
        if compromised:
            misses.append(f"{compromised} families were ended by their own owner")
        check_end(accounts.server)
    return {"tabs": TABS, "answers": race.counts, "live_families": families}, misses


# -- power cuts

def rotations(arguments):
    """Nobody is lost by a power cut while their session is renewed."""
    misses = []
    with started(*PATIENT) as accounts:
        renewals = Renewals(accounts, PEOPLE, random.Random(arguments.seed))
        for number in range(arguments.count):
            misses += [f"cut {number}: {lost}" for lost in renewals.cut()]
        check_end(accounts.server)
    figures = {"people": PEOPLE, "cuts": renewals.outcomes}
    return figures, misses + unreached(figures["cuts"], arguments.count)


def unreached(outcomes, count):
    """A campaign of some length none of whose cuts fell where it matters has shown nothing."""
    return [] if outcomes["between"] or count < 20 else ["no cut fell between an effect and its answer"]


def effects(arguments):
    """What has a key is done once, over power cuts and when it is asked for often at once."""
    misses = []
    with started() as accounts:
        retries = Retries(accounts, random.Random(arguments.seed))
        for number in range(arguments.count):
            misses += retries.cut(number)
            clear(accounts.server)
        crowds = [(name, number) for name in EFFECTS for number in range(max(1, arguments.count // 20))]
        for name, number in crowds:
            effect = EFFECTS[name](accounts, f"{name}_crowd_{number}")
            try:
                check_one(accounts.server, effect, at_once(accounts.server, effect.call))
            except (AssertionError, OSError) as error:
                misses.append(f"{name}, at once, {number}: {error!r}")
        check_end(accounts.server)
    for found in retries.outcomes.values():
        misses += unreached(found, arguments.count)
    return {"cuts": retries.outcomes, "crowds": len(crowds)}, misses


def clear(server):
    """Forgets the mails that were read, of which each look reads all."""
    for path in (server.folder / "mail").glob("*.eml"):
        path.unlink()


# -- time

class Stopwatch(http2.Connection):
    """A connection that times what lies between its last byte out and its last byte in."""

    def time(self, verb, path, fields, body=None):
        """Nanoseconds, and the exchange."""
        number = self.engine.get_next_available_stream_id()
        head = [(":method", verb), (":scheme", "https"), (":authority", self.authority), (":path", path), *fields]
        self.engine.send_headers(number, head, end_stream=body is None)
        if body is not None:
            self.engine.send_data(number, body, end_stream=True)
        exchange = self.exchanges[number] = http2.Exchange(number)
        data = self.engine.data_to_send()
        began = time.perf_counter_ns()
        self.socket.sendall(data)
        while not exchange.is_done:
            received = self.socket.recv(65_536)
            ended = time.perf_counter_ns()
            if not received:
                raise http2.Broken("the peer closed the connection")
            self.take(received)
        del self.exchanges[number]
        return ended - began, exchange


class Comparison:
    """Two kinds of request, each made anew for every call, that must be refused alike and as fast."""

    def __init__(self, first, second, status=401):
        self.makers, self.status = (first, second), status

    def measure(self, server, count, chance):
        """What one connection saw of both, in an order of chance."""
        order = [0, 1] * count
        chance.shuffle(order)
        times = ([], [])
        with Stopwatch(server.address, server.tls) as connection, collected():
            for _ in range(WARM_UP):
                connection.time("GET", ME, [])
            for kind in order:
                times[kind].append(self.timed(connection, kind))
        return compared(*times)

    def timed(self, connection, kind):
        nanoseconds, exchange = connection.time(*self.makers[kind]())
        assert exchange.status == self.status, (exchange.status, bytes(exchange.body))
        return nanoseconds / 1000


@contextlib.contextmanager
def collected():
    """Without collections of garbage between."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def compared(first, second):
    """Two series of microseconds by what the bar is for, and by their faster half, which sees more where others use the machine."""
    t, seen_from, means = welch(first, second, 1 - TRIMMED)
    half, half_seen_from, half_means = welch(first, second, 0.5)
    return {"t": t, "seen_from_us": seen_from, "mean_us": means, "count": len(first),
            "faster_half": {"t": half, "seen_from_us": half_seen_from, "mean_us": half_means}}


def welch(first, second, share):
    """Welch's t of the fastest of both, the difference from which on it would be `T_MAX`, and the means."""
    limit = sorted(first + second)[math.ceil(len(first + second) * share) - 1]
    kept = [[value for value in values if value <= limit] for values in (first, second)]
    means = [statistics.fmean(values) for values in kept]
    error = math.sqrt(sum(statistics.variance(values) / len(values) for values in kept))
    return round((means[0] - means[1]) / error, 2), round(T_MAX * error, 2), [round(mean, 2) for mean in means]


def decoded(text):
    return bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def encoded(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def wrong(secret, place, chance, bits):
    """A secret in base64url with some of the lowest bits of one byte turned."""
    octets = decoded(secret)
    octets[place] ^= chance.randrange(1, 1 << bits)
    return encoded(octets)


def presented(token):
    return "POST", f"{SESSIONS}/refresh", [("content-type", formats.JSON)], formats.encode({"refresh_token": token}, formats.JSON)


def asked(token):
    return "GET", ME, [("authorization", f"Bearer {token}")]


def signed_in(address, password):
    body = formats.encode({"email": address, "password": password}, formats.JSON)
    return "POST", SESSIONS, [("content-type", formats.JSON)], body


def refresh_tokens(accounts, chance, _):
    """The code of a refresh token, wrong in its first byte against its last."""
    start, code = accounts.join().refresh.rsplit(".", 1)
    return Comparison(*[lambda place=place: presented(f"{start}.{wrong(code, place, chance, 8)}") for place in (0, -1)])


def bearers(accounts, chance, _):
    """The same of an opaque bearer."""
    prefix, secret = accounts.server.token[:3], accounts.server.token[3:]
    assert prefix == "sy_"
    return Comparison(*[lambda place=place: asked(prefix + wrong(secret, place, chance, 8)) for place in (0, -1)])


def signatures(accounts, chance, count):
    """The same of signed tokens, of which there are many: what a check of Ed25519 computes depends on the token, all of which its
    bearer knows. In the last byte only bits are turned that leave a number below the group's order (RFC 8032 §5.1.7)."""
    person = accounts.join()
    tokens = []
    for _ in range(min(count, 2000)):
        answer = accounts.refresh(person.refresh)
        assert answer.status == 200, answer.body
        person.session = answer.value
        tokens.append(person.access.rsplit(".", 1))

    def at(place):
        start, signature = chance.choice(tokens)
        return asked(f"{start}.{wrong(signature, place, chance, 4)}")

    return Comparison(*[lambda place=place: at(place) for place in (0, -1)])


def dead_tokens(accounts, chance, *kinds):
    """Two reasons for which a refresh token is refused."""
    makers = {"unknown": unknown_tokens, "wrong": wrong_tokens, "ended": ended_tokens, "expired": expired_tokens}
    pools = [makers[kind](accounts, chance) for kind in kinds]
    return Comparison(*[lambda pool=pool: presented(chance.choice(pool)) for pool in pools])


def sessions_of(accounts):
    person = accounts.join()
    return [accounts.device(person)["refresh_token"] for _ in range(FAMILIES)]


def unknown_tokens(accounts, chance):
    """Of families that never were."""
    name, _ = place(accounts.join().refresh)
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    return [f"rt1.{name[:-16]}{''.join(chance.choices(letters, k=16))}.1.{encoded(chance.randbytes(32))}" for _ in range(FAMILIES)]


def wrong_tokens(accounts, chance):
    """Of families that live, with a code of chance."""
    return [f"{token.rsplit('.', 1)[0]}.{encoded(chance.randbytes(32))}" for token in sessions_of(accounts)]


def ended_tokens(accounts, _):
    """Of sessions that were signed out."""
    tokens = sessions_of(accounts)
    for token in tokens:
        assert accounts.sign_out(token).status == 204
    return tokens


def expired_tokens(accounts, _):
    """Of sessions whose month is over, which is known of them from the first time on that somebody asks."""
    tokens = sessions_of(accounts)
    with contextlib.closing(sqlite3.connect(accounts.server.folder / "main.db", timeout=10)) as database, database:
        for token in tokens:
            database.execute("UPDATE token_families SET idle_expires_at = 1 WHERE id = ?", [place(token)[0]])
    for token in tokens:
        assert accounts.refresh(token).status == 401
    return tokens


def passwords(accounts, chance, count):
    """A wrong password for those who are there, against one for those who are not: a few for each, and then for another."""
    people = [accounts.join() for _ in range(math.ceil(count / FAILURES_MAX))]
    strangers = [accounts.person() for _ in people]

    def each(persons):
        turns = itertools.cycle(persons)
        return lambda: signed_in(next(turns).email, f"wrong {chance.randrange(10**9)}")

    return Comparison(each(people), each(strangers))


# what a secret's place must not tell: by as many requests as the campaign has
PLACES = {"refresh-token": refresh_tokens, "bearer": bearers, "access-token": signatures}
# what the reason of a refusal must not tell: by fewer
REASONS = {
    **{f"{one}-{other}": lambda accounts, chance, _, kinds=(one, other): dead_tokens(accounts, chance, *kinds)
       for one, other in itertools.combinations(["unknown", "wrong", "ended", "expired"], 2)},
    "known-unknown-address": passwords,
}


def timing(arguments):
    """No time tells how wrong a secret is, or why it is refused."""
    chance = random.Random(arguments.seed)
    counts = {**dict.fromkeys(PLACES, arguments.count), **dict.fromkeys(REASONS, arguments.reasons)}
    rows = arguments.rows.split(",") if arguments.rows else counts
    found = {}
    with started(pinned=True) as accounts:
        for name in rows:
            comparison = {**PLACES, **REASONS}[name](accounts, chance, counts[name])
            found[name] = comparison.measure(accounts.server, counts[name], chance)
            print(f"  {name}: {found[name]}", file=sys.stderr, flush=True)
    return found, [f"{name}: |t| = {abs(row['t'])}" for name, row in found.items() if abs(row["t"]) >= T_MAX]


# -- sign-ins

def sign_in_often(server, people, stop, results):
    """Signs in without a pause, each on a connection of their own; counts the answers by status."""
    os.nice(5)  # Those who ask must not keep the one who measures from its core.
    statuses, failures = collections.Counter(), []

    def work(person):
        try:
            with server.connect() as connection:
                while not stop.is_set():
                    statuses[connection.request(*signed_in(person.email, person.password)).status] += 1
        except Exception as error:  # Each is a finding.
            failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((statuses, failures))


def steady(server, rate, seconds):
    """Milliseconds of health checks, sorted; each from the moment at which it was due."""
    found = []
    with Stopwatch(server.address, server.tls) as connection, collected():
        began = time.perf_counter_ns()
        for number in range(round(rate * seconds)):
            due = began + number * 1_000_000_000 // rate
            if (left := due - time.perf_counter_ns()) > 0:
                time.sleep(left / 1e9)
            _, exchange = connection.time("GET", "/health", [])
            found.append((time.perf_counter_ns() - due) / 1e6)
            assert exchange.status == 200, exchange.status
    return sorted(found)


def quantiles(values):
    return {f"p{share:g}": round(values[math.ceil(len(values) * share / 100) - 1], 3) for share in (50, 99, 100)}


@contextlib.contextmanager
def crowd(server, people, found, failures):
    """People who sign in as long as the `with` goes on; notes how they were answered."""
    stop, results = multiprocessing.Event(), multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=sign_in_often, args=(server, people, stop, results), daemon=True)
    process.start()
    try:
        yield
    finally:
        stop.set()
        statuses, broken = results.get()
        process.join()
        found.update(statuses)
        failures += broken


def sign_ins(arguments):
    """Passwords that are checked hold nobody else up."""
    statuses, failures, base, during = collections.Counter(), [], [], []
    with started(pinned=not arguments.unpinned) as accounts:
        server, devices = accounts.server, [accounts.join() for _ in range(min(arguments.count, 10))] * arguments.count
        # The connection of this process is none of the crowd's.
        server.forget()
        for _ in range(arguments.rounds):
            base.append(quantiles(steady(server, arguments.rate, arguments.seconds)))
            with crowd(server, devices[:arguments.count], statuses, failures):
                # Until all have begun: what their handshakes cost is not the question.
                steady(server, arguments.rate, 2)
                during.append(quantiles(steady(server, arguments.rate, arguments.seconds)))
    ratio = round(statistics.median(row["p99"] for row in during) / statistics.median(row["p99"] for row in base), 2)
    misses = [f"health's p99 is {ratio} times what it was"] if ratio > HEALTH_RATIO_MAX else []
    misses += failures[:5] + ([] if statuses[200] else ["nobody signed in"])
    return {"statuses": statuses, "base_ms": base, "during_ms": during, "p99_ratio": ratio}, misses


# -- a signed token's cost

def access_token(server):
    """The access token of somebody who has just registered with a server of `servers.py`."""
    person = Person("bench", "bench@mail.example", "correct horse bench")
    server.call("POST", VERIFICATIONS, person.body)
    # Mail is all that is looked at, in the folder of the server's data.
    code = Accounts(SimpleNamespace(folder=server.folder / "data")).code(person.email)
    return server.call("POST", f"{VERIFICATIONS}/verify", {"email": person.email, "token": code})["access_token"]


def me(arguments):
    """One's own profile by a signed token costs little more than the floor's constant for the same request."""
    # What names the binary to the tests is no setting of a server.
    os.environ.pop("SWITCHYARD_BINARY", None)
    with servers.servers(arguments) as (subject, floor):
        token = access_token(subject)
        # h2load never lets the field into the compression table, so that reading its 500 letters costs the floor too,
        # and costs it two thirds of what it then does.
        fields = {"accept": calls.JSON, "authorization": f"Bearer {token}"}

        def measure(server):
            path = "/health" if server is floor else ME
            return calls.call_load(
                server, path, calls.JSON, None, None, arguments.shape, arguments.seconds, fields)

        found = servers.compare(subject, floor, arguments.count, measure)
    medians = {name: round(statistics.median(values), 2) for name, values in found.items()}
    ratio = round(medians["subject"] / medians["floor"], 2)
    figures = {"shape": arguments.shape, "median_us": medians, "all_us": found, "ratio": ratio}
    return figures, [f"{ratio} times the floor"] if ratio > ME_RATIO_MAX else []


# -- the command line

# name: (campaign, default of --count, what that counts)
CAMPAIGNS = {
    "races": (races, 1000, "races"),
    "rotations": (rotations, 200, "power cuts"),
    "effects": (effects, 200, "power cuts for each kind of call"),
    "timing": (timing, 20_000, "requests of each kind"),
    "sign-ins": (sign_ins, 50, "sign-ins at the same time"),
    "me": (me, 3, "alternating runs of each server"),
}


def arguments_of(line):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    campaigns = parser.add_subparsers(dest="campaign", required=True)
    parsers = {}
    for name, (campaign, count, unit) in CAMPAIGNS.items():
        parsers[name] = each = campaigns.add_parser(name, help=campaign.__doc__)
        each.add_argument("--count", type=int, default=count, help=f"{unit} ({count})")
        each.add_argument("--seed", type=int, default=None, help="what replays a campaign's chances")
    parsers["timing"].add_argument("--reasons", type=int, default=200, help="requests of each reason of a refusal (200)")
    parsers["timing"].add_argument("--rows", help=f"of {', '.join([*PLACES, *REASONS])}")
    for name, seconds in (("sign-ins", 10), ("me", 5)):
        parsers[name].add_argument("--seconds", type=int, default=seconds, help=f"length of a run ({seconds})")
    parsers["sign-ins"].add_argument("--rounds", type=int, default=3, help="without and with sign-ins, in turn (3)")
    parsers["sign-ins"].add_argument("--rate", type=int, default=200, help="health checks in a second (200)")
    parsers["sign-ins"].add_argument("--unpinned", action="store_true", help="leaves both cores to everybody")
    parsers["me"].add_argument("--shape", default="c8m32", help="connections and streams on each (c8m32)")
    parsers["me"].add_argument("--subject", default=os.environ.get("SUBJECT", SUBJECT), help="see calls.py")
    parsers["me"].add_argument("--floor", default=os.environ.get("FLOOR"), help="see calls.py")
    arguments = parser.parse_args(line)
    if arguments.campaign == "me" and not arguments.floor:
        parser.error("the floor is missing")
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(1 << 32)
    return arguments


def main():
    arguments = arguments_of(sys.argv[1:])
    began = time.monotonic()
    figures, misses = CAMPAIGNS[arguments.campaign][0](arguments)
    print(json.dumps({"campaign": arguments.campaign, "count": arguments.count, "seed": arguments.seed,
                      "seconds": round(time.monotonic() - began, 1), **figures, "misses": len(misses), "examples": misses[:10]}))
    sys.exit(1 if misses else 0)


if __name__ == "__main__":
    main()
