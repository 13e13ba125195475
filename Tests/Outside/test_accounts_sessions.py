"""Codes and tokens of accounts: used once, lost, raced for, stolen, forged, too old."""

import contextlib

import pytest

from accounts import (GENEROUS, NO_TOKEN, REFRESH, SESSIONS, Accounts, check_session, claims, head, in_all, part, part_of, problem,
                      problem_body, taken, together, wrong_code)
from server import until


@pytest.fixture
def fresh(launch):
    """The accounts of a server for one test."""
    return Accounts(launch(*GENEROUS))


# -- codes

def test_a_code_fails_in_one_way(fresh):
    (pending, code), (other, burned) = fresh.pending(), fresh.pending()
    owner, used = fresh.pending()
    assert fresh.verify(owner.email, used).status == 200
    for _ in range(5):
        assert fresh.verify(other.email, wrong_code(burned)).status == 401
    answers = [fresh.verify(address, token) for address, token in [
        (pending.email, wrong_code(code)), (owner.email, used), (owner.email, wrong_code(used)), (other.email, burned),
        ("nobody@mail.example", code)]]
    for answer in answers:
        problem(answer, 401)
    assert len({answer.body for answer in answers}) == 1 and len({str(head(answer)) for answer in answers}) == 1
    in_all(lambda accept: fresh.verify("nobody@mail.example", code, accept=accept), 401)


@pytest.mark.parametrize("tries,status", [(4, 200), (5, 401)])
def test_five_wrong_tries_burn_a_code(fresh, tries, status):
    person, code = fresh.pending()
    for _ in range(tries):
        problem(fresh.verify(person.email, wrong_code(code)), 401)
    assert fresh.verify(person.email, code).status == status


def test_after_a_burned_code_another_is_sent(fresh):
    person, code = fresh.pending()
    for _ in range(5):
        problem(fresh.verify(person.email, wrong_code(code)), 401)
    assert fresh.resend(person.email).status == 204
    newer = fresh.code(person.email, 2)
    if newer != code:
        problem(fresh.verify(person.email, code), 401)
    check_session(fresh.verify(person.email, newer).value, person)


def test_wrong_tries_at_once_are_all_counted(fresh):
    """Sixteen at the same moment leave none for the right code."""
    person, code = fresh.pending()
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(fresh.server.connect()) for _ in range(16)]
        answers = together(16, lambda number: fresh.verify(person.email, wrong_code(code), over=connections[number]))
    assert [answer.status for answer in answers] == [401] * 16
    problem(fresh.verify(person.email, code), 401)


def test_a_later_registration_replaces_an_earlier_one(fresh):
    """Name, password and code."""
    person, code = fresh.pending()
    again = fresh.person(email=person.email)
    assert fresh.register(again).status == 202
    newer = fresh.code(person.email, 2)
    if newer != code:
        problem(fresh.verify(person.email, code), 401)
    session = check_session(fresh.verify(person.email, newer).value, again)
    assert fresh.me(session["access_token"]).value["username"] == again.username
    problem(fresh.sign_in(person.email, person.password), 401)
    assert fresh.sign_in(again.email, again.password).status == 200


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_who_use_a_code_at_once_one_does(fresh, attempt):
    person, code = fresh.pending()
    with fresh.server.connect() as one, fresh.server.connect() as other:
        answers = together(2, lambda number: fresh.verify(person.email, code, over=(one, other)[number]))
    winner, loser = sorted(answers, key=lambda answer: answer.status)
    problem(loser, 401)
    session = check_session(winner.value, person)
    assert fresh.find(person.email, fresh.server.token).value["id"] == session["user"]["id"]
    assert fresh.me(session["access_token"]).status == 200
    problem(fresh.verify(person.email, code), 401)


def test_of_two_who_take_a_name_at_once_one_does(fresh):
    people = [fresh.pending(username=name) for name in ("Ada_Lovelace", "ada_LOVELACE")]
    with fresh.server.connect() as one, fresh.server.connect() as other:
        answers = together(2, lambda number: fresh.verify(
            people[number][0].email, people[number][1], over=(one, other)[number]))
    winner, loser = sorted(answers, key=lambda answer: answer.status)
    assert winner.status == 200
    taken(loser)


# -- sessions

def family(token):
    return REFRESH.fullmatch(token)[1]


def counter(token):
    return int(REFRESH.fullmatch(token)[2])


def test_parallel_refreshes_leave_one_family(fresh):
    """Twenty times eight tabs: all are given the same token, and whoever has the newest goes on."""
    person = fresh.join()
    token, ids = person.refresh, {claims(person.access)["sid"]}
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(fresh.server.connect()) for _ in range(8)]
        for _ in range(20):
            before = token
            answers = together(8, lambda number: fresh.refresh(before, over=connections[number]))
            sessions = [check_session(answer.value, person) for answer in answers]
            [token] = {session["refresh_token"] for session in sessions}
            assert counter(token) == counter(before) + 1
            ids |= {claims(session["access_token"])["sid"] for session in sessions}
    assert family(token) == family(person.refresh) and len(ids) == 1
    assert [fresh.me(session["access_token"]).status for session in sessions] == [200] * 8
    newest = check_session(fresh.refresh(token).value, person)
    assert fresh.me(newest["access_token"]).status == 200 and counter(newest["refresh_token"]) == counter(token) + 1


def test_parallel_refreshes_without_grace_leave_no_family(launch):
    """One is first; by the others it is known that the token has two owners."""
    accounts = Accounts(launch(*GENEROUS, "--refresh-grace", "0"))
    person = accounts.join()
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(accounts.server.connect()) for _ in range(8)]
        answers = together(8, lambda number: accounts.refresh(person.refresh, over=connections[number]))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 7
    [winner] = [answer.value for answer in answers if answer.status == 200]
    for token in (winner["refresh_token"], person.refresh):
        problem(accounts.refresh(token), 401)
    accounts.dies(winner["access_token"])


def test_a_lost_answer_is_given_again(fresh):
    """The token before the current one stands for it in the grace, and only that one."""
    person = fresh.join()
    first = fresh.refresh(person.refresh).value
    again = [fresh.refresh(person.refresh).value for _ in range(2)]
    assert {session["refresh_token"] for session in again} == {first["refresh_token"]}
    for session in (first, *again):
        assert fresh.me(session["access_token"]).status == 200
    assert fresh.refresh(first["refresh_token"]).status == 200


REUSES = {"the-one-before-without-grace": (["--refresh-grace", "0"], 1), "the-one-before-that-in-the-grace": ([], 2)}


@pytest.mark.parametrize("flags,rotations", REUSES.values(), ids=REUSES)
def test_a_token_that_is_used_again_ends_its_family(launch, flags, rotations):
    """All of it, and no other session of its owner."""
    accounts = Accounts(launch(*GENEROUS, *flags))
    person = accounts.join()
    other = accounts.device(person)
    sessions = [person.session]
    for _ in range(rotations):
        sessions.append(accounts.refresh(sessions[-1]["refresh_token"]).value)
    assert [accounts.me(session["access_token"]).status for session in sessions] == [200] * len(sessions)
    refusals = [accounts.refresh(person.refresh)]
    for session in sessions:
        accounts.dies(session["access_token"])
    refusals += [accounts.refresh(session["refresh_token"]) for session in reversed(sessions)]
    refusals += [accounts.refresh(token) for token in (NO_TOKEN, "x")]
    for answer in refusals:
        problem(answer, 401)
    assert len({answer.body for answer in refusals}) == 1
    assert accounts.me(other["access_token"]).status == 200
    assert accounts.refresh(other["refresh_token"]).status == 200
    assert accounts.sign_in(person.email, person.password).status == 200


def test_signing_out_ends_one_session(fresh):
    """However often it is said; the other device goes on."""
    person = fresh.join()
    other = fresh.device(person)
    assert fresh.me(person.access).status == 200
    assert fresh.sign_out(person.refresh).status == 204
    refusal = fresh.dies(person.access)
    assert refusal.body == fresh.me("not.a.token").body
    assert fresh.refresh(person.refresh).body == problem_body(fresh.refresh(NO_TOKEN))
    for token in (person.refresh, NO_TOKEN):
        answer = fresh.sign_out(token)
        assert answer.status == 204 and answer.body == b""
    assert fresh.me(other["access_token"]).status == 200
    assert fresh.refresh(other["refresh_token"]).status == 200


def test_signing_out_by_the_access_token_alone(fresh):
    """The session that it is of ends, and no other; a refresh token says more."""
    person = fresh.join()
    others = [fresh.device(person) for _ in range(2)]
    assert fresh.ask("DELETE", SESSIONS, token=person.access).status == 204
    fresh.dies(person.access)
    problem(fresh.refresh(person.refresh), 401)
    both = {"refresh_token": others[0]["refresh_token"]}
    assert fresh.ask("DELETE", SESSIONS, both, token=others[1]["access_token"]).status == 204
    problem(fresh.refresh(others[0]["refresh_token"]), 401)
    assert fresh.me(others[1]["access_token"]).status == 200
    both = {"refresh_token": others[1]["refresh_token"]}
    assert fresh.ask("DELETE", SESSIONS, both, token=person.access).status == 204
    fresh.dies(others[1]["access_token"])


def test_signing_out_needs_some_token(fresh):
    """One that says whose session it is."""
    person = fresh.join()
    assert fresh.sign_out(person.refresh).status == 204
    fresh.dies(person.access)
    for token in (None, "not.a.token", person.access, fresh.server.token):
        for value in ({}, None):
            found = problem(fresh.ask("DELETE", SESSIONS, value, token=token), 422)
            assert [row["field"] for row in found["errors"]] == ["refresh_token"]
    problem(fresh.ask("DELETE", SESSIONS, {"refresh_token": ""}, token=person.access), 422)


def test_nobody_is_signed_out_by_a_forged_token(fresh):
    """The family's name alone is not enough, nor is a counter that will come."""
    person = fresh.join()
    name, number, proof = REFRESH.fullmatch(person.refresh).groups()
    for token in (f"rt1.{name}.{number}.{proof[::-1]}", f"rt1.{name}.{int(number) + 1}.{proof}", flipped(person.refresh, -1)):
        assert token != person.refresh and fresh.sign_out(token).status == 204
    assert fresh.refresh(person.refresh).status == 200 and fresh.me(person.access).status == 200


def test_a_person_has_fifty_sessions(fresh):
    """One more ends the oldest."""
    person = fresh.join()
    second = fresh.device(person)
    for _ in range(48):
        last = fresh.device(person)
    assert fresh.me(person.access).status == 200
    newest = fresh.device(person)
    fresh.dies(person.access)
    problem(fresh.refresh(person.refresh), 401)
    for session in (second, last, newest):
        assert fresh.refresh(session["refresh_token"]).status == 200


# -- tokens that were tampered with

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def flipped(token, place):
    """The token with another character there; the highest bit of six differs, which each of them carries."""
    place %= len(token)
    other = "A" if token[place] == "." else ALPHABET[ALPHABET.index(token[place]) ^ 32]
    return token[:place] + other + token[place + 1:]


def places(token, count=40):
    return sorted({round(number * (len(token) - 1) / (count - 1)) for number in range(count)})


def test_a_refresh_token_with_one_other_character(fresh):
    """None does harm, and one refusal is for all."""
    person = fresh.join()
    assert len(places(person.refresh)) == 40
    answers = [fresh.refresh(flipped(person.refresh, place)) for place in places(person.refresh)]
    assert {problem_body(answer) for answer in answers} == {fresh.refresh(NO_TOKEN).body}
    assert fresh.refresh(person.refresh).status == 200 and fresh.me(person.access).status == 200


def test_an_access_token_with_one_other_character(fresh):
    person = fresh.join()
    assert fresh.me(person.access).status == 200
    answers = [fresh.me(flipped(person.access, place)) for place in places(person.access)]
    assert len(answers) == 40 and {problem_body(answer) for answer in answers} == {fresh.me(None).body}
    assert fresh.me(person.access).status == 200


def test_an_access_token_that_was_put_together(fresh):
    """From what is at hand: other claims, another algorithm, another's signature, none."""
    person, other = fresh.join(), fresh.join()
    header, said, signature = person.access.split(".")
    richer = part_of({**claims(person.access), "roles": ["platform_admin"]})
    forged = [
        f"{header}.{richer}.{signature}", f"{header}.{other.access.split('.')[1]}.{signature}",
        f"{header}.{said}.{other.access.split('.')[2]}", f"{header}.{said}.", f"{header}.{said}",
        f"{part_of({'alg': 'none', 'typ': 'at+jwt'})}.{said}.", f"{part_of({'alg': 'none', 'typ': 'at+jwt'})}.{richer}.{signature}",
        f"{part_of({**part(person.access, 0), 'alg': 'HS256'})}.{said}.{signature}", f"{person.access}.{signature}", f"{person.access}=",
    ]
    assert {problem_body(fresh.me(token)) for token in forged} == {fresh.me(None).body}
    problem(fresh.refresh(person.access), 401)
    assert fresh.me(person.access).status == 200


def test_an_access_token_lasts_as_long_as_it_says(launch):
    """Its session goes on."""
    accounts = Accounts(launch(*GENEROUS, "--access-token-lifetime", "1"))
    person = accounts.join()
    check_session(person.session, person, lifetime=1)
    session = {}

    def alive():
        """Its second may be over before it is asked with."""
        session.update(accounts.device(person))
        return accounts.me(session["access_token"]).status == 200

    until(alive)
    said = claims(session["access_token"])
    assert said["exp"] - said["iat"] == 1
    refusal = accounts.dies(session["access_token"], within=10)
    assert problem_body(refusal) == accounts.me("not.a.token").body
    check_session(accounts.refresh(session["refresh_token"]).value, person, lifetime=1)
