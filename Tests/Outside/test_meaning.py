"""Memories that are found by what they mean, where a provider gives vectors; and by their words wherever it does not."""

import json

import pytest

from crews import Crew
from providers import Call, Provider, Refuse, Say, Silent
from server import SCOPE, command, mock, until
from test_providers import add, payloads

MEANINGS = [["harbour", "port", "haven"], ["ship", "vessel", "boat"], ["bread", "loaf"]]


def meaning(texts):
    """Vectors that say which of a few meanings a text has."""
    return [[sum(word in text.lower() for word in words) for words in MEANINGS] + [0.1] for text in texts]


class Library(Crew):
    """A group with memories, whose provider may give vectors."""

    def __init__(self, server):
        self.server, self.scope = server, SCOPE
        self.group, self.writer = self.make_group(), self.role(is_lead=True)
        self.join(self.group, self.writer)

    def remember(self, *texts):
        return [self.write(self.group, self.writer, "episodic", text=text) for text in texts]

    def search(self, query, **arguments):
        """What a member of the group finds."""
        run = self.made(f"/api/groups/{self.group}/runs", {
            **mock({"call": {"tool": "memory_search", "arguments": {"query": query, **arguments}}}, {"text": "done"}),
            "session_key": "s_search"})["run_id"]
        assert self.server.finished(run)["status"] == "completed"
        [result] = payloads(self.server.events(run), "tool.result")
        assert result["isError"] is False
        return [each["text"] for each in result["result"]]


@pytest.fixture
def house():
    """`house(server, embed)` is a provider of a server that gives vectors."""
    fakes = []

    def make(server, embed=meaning, dialect="openai", name="house", model="small"):
        fake = Provider(dialect, key=None, embed=embed).__enter__()
        fakes.append(fake)
        assert add(server, name, dialect, fake.base_url, "--embedding-model", model, key=None).returncode == 0
        return fake

    yield make
    for fake in fakes:
        fake.__exit__(None, None, None)
        assert fake.wrong == []


def made(server, count):
    until(lambda: server.metric("switchyard_embedding_vectors_total") >= count, within=20)


TEXTS = ["The port opens at dawn.", "Bread is baked at noon.", "The harbour master is Ada."]


@pytest.mark.parametrize("dialect", ["openai", "gemini"])
def test_other_words_for_it(launch, house, dialect):
    """What full text cannot find is found, by either dialect; what is nearest by meaning and words comes first."""
    server = launch()
    library = Library(server)
    fake = house(server, dialect=dialect)
    library.remember(*TEXTS)
    made(server, 3)
    assert library.search("harbour") == [TEXTS[2], TEXTS[0]]
    assert library.search("loaf") == [TEXTS[1]]
    assert library.search("loaf", limit=1) == [TEXTS[1]]
    assert server.metric("switchyard_embedding_questions_total") == 3
    assert server.metric("switchyard_embedding_failures_total") == server.metric("switchyard_embedding_question_failures_total") == 0
    assert sorted(text for texts in fake.embedded for text in texts) == sorted([*TEXTS, "harbour", "loaf", "loaf"])


def test_memories_from_before(launch, house):
    """A provider that is added to a running server gives vectors of everything, and one that is changed gives them anew."""
    server = launch()
    library = Library(server)
    library.remember(*TEXTS)
    assert library.search("loaf") == []
    fake = house(server)
    made(server, 3)
    assert library.search("loaf") == [TEXTS[1]]
    assert add(server, "house", "openai", fake.base_url, "--embedding-model", "other", key=None).returncode == 0
    made(server, 6)
    assert library.search("loaf") == [TEXTS[1]]
    assert add(server, "house", "openai", fake.base_url, key=None).returncode == 0
    asked = len(fake.embedded)
    assert library.search("loaf") == [] and len(fake.embedded) == asked


def test_a_provider_that_is_away(launch, house):
    """Words are all there is meanwhile, and no memory waits; when it is back the rest is done."""
    server = launch()
    library = Library(server)
    fails = True
    fake = house(server, lambda texts: Refuse(503) if fails else meaning(texts))
    library.remember(*TEXTS)
    until(lambda: server.metric("switchyard_embedding_failures_total") >= 1, within=20)
    assert library.search("port") == [TEXTS[0]] and library.search("loaf") == []
    assert server.metric("switchyard_embedding_question_failures_total") == 2
    assert "LLM_UNAVAILABLE" in server.log.read_text()
    fails = False
    made(server, 3)
    assert library.search("loaf") == [TEXTS[1]]
    assert fake.embedded


def test_a_crash_loses_no_vector(launch, house):
    """What was to be made is made by the next process, also what was being made."""
    server = launch()
    library = Library(server)
    waits = True
    fake = house(server, lambda texts: Silent() if waits else meaning(texts))
    library.remember(*TEXTS)
    fake.wait(lambda: fake.embedded)
    server.kill()
    waits = False
    server.start()
    made(server, 3)
    assert library.search("loaf") == [TEXTS[1]]


def test_a_provider_that_does_not_answer_a_question(launch, house):
    """Nobody waits for it longer than some seconds."""
    server = launch()
    library = Library(server)
    house(server, lambda texts: Silent() if "port" in texts else meaning(texts))
    library.remember(*TEXTS)
    made(server, 3)
    assert library.search("port") == [TEXTS[0]]
    assert "LLM_TIMEOUT" in server.log.read_text()


BAD = {
    "one too few": lambda texts: meaning(texts)[1:],
    "one too many": lambda texts: meaning(texts) * 2,
    "no number": lambda texts: json.dumps({"data": [{"embedding": [float("nan")]} for _ in texts]}).encode(),
    "infinite": lambda texts: b'{"data":[' + b",".join([b'{"embedding":[1e999]}'] * len(texts)) + b"]}",
    "null": lambda texts: [[None, 1] for _ in texts],
    "two dimensions": lambda texts: [[1] * (number + 1) for number, _ in enumerate([*texts, ""])],
    "zero": lambda texts: [[0, 0] for _ in texts],
    "empty": lambda texts: [[] for _ in texts],
    "too long": lambda texts: [[1] * 9000 for _ in texts],
    "huge": lambda texts: b" " * (17 << 20),
    "no JSON": lambda texts: b"<html>",
    "no list": lambda texts: b'{"data":{"embedding":[1]}}',
    "deep": lambda texts: b"[" * 100_000,
    "a redirect": lambda texts: Refuse(302),
}


@pytest.mark.parametrize("name", BAD)
def test_answers_that_are_none(launch, house, name):
    """No vector comes of them, the server says so, and memories are found by their words."""
    server = launch()
    library = Library(server)
    house(server, BAD[name])
    library.remember(*TEXTS)
    until(lambda: server.metric("switchyard_embedding_failures_total") >= 1, within=20)
    assert library.search("bread") == [TEXTS[1]] and library.search("loaf") == []
    assert server.metric("switchyard_embedding_vectors_total") == 0
    assert "vectors not made" in server.log.read_text()


def test_a_question_of_another_dimension(launch, house):
    """It is compared with nothing."""
    server = launch()
    library = Library(server)
    house(server, lambda texts: [[1, 2, 3]] if texts == ["port"] else meaning(texts))
    library.remember(*TEXTS)
    made(server, 3)
    assert library.search("port") == [TEXTS[0]]


def test_who_may_give_vectors(launch):
    """Not Anthropic; nobody is taken whose words are none."""
    server = launch()
    refused = add(server, "anthropic", "anthropic", "http://127.0.0.1:9", "--embedding-model", "x", key=None)
    assert refused.returncode == 64 and "anthropic has no models that give vectors" in refused.stderr
    for model in ("", "x" * 201):
        refused = add(server, "house", "openai", "http://127.0.0.1:9", "--embedding-model", model, key=None)
        assert refused.returncode == 64 and "--embedding-model" in refused.stderr
    assert add(server, "house", "openai", "http://127.0.0.1:9", "--embedding-model", "small", key=None).returncode == 0
    [row] = [json.loads(line) for line in command("provider", "list", "--json", data=server.folder).stdout.splitlines()]
    assert row["embedding_model"] == "small"


def test_trying_a_provider(launch, house):
    server = launch()
    fake = house(server)
    fake.turns.append([Say("Hello.")])
    tried = command("provider", "test", "house", data=server.folder)
    assert tried.returncode == 0 and "vectors: 4 numbers each" in tried.stdout
    assert fake.embedded == [["hello"]]


def test_a_member_rests_on_what_it_found_by_meaning(launch, house):
    server = launch()
    library = Library(server)
    fake = house(server)
    [port, _, _] = library.remember(*TEXTS)
    made(server, 3)
    fake.turns += [[Call("memory_search", {"query": "haven", "limit": 1})], [Say("At dawn.")]]
    run = library.made(f"/api/groups/{library.group}/runs", {"input": "When?"})["run_id"]
    assert server.finished(run)["status"] == "completed"
    [evidence] = payloads(server.events(run), "message.evidence")
    assert evidence["refs"][0]["type"] == "memory" and len(evidence["refs"]) == 1
