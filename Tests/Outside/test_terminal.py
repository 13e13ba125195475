"""The command line as a person sees it: on a terminal, with colours and tables."""

import json
import os
import shutil
import signal
import subprocess

import pytest

from server import BINARY, ENVIRONMENT, HANGING, command, mock
from terminal import Terminal, shown

USER = {"x-org-id": "default", "x-user-id": "operator"}


def finished(server, value=None):
    run = server.create(value or {"session_key": "s_seen", "input": "12 * (3 + 4)"}, scope=USER)
    server.finished(run, scope=USER)
    return run


# -- serve

@pytest.mark.skipif(not shutil.which("curl"), reason="the banner has a line for curl")
@pytest.mark.parametrize("name", ["data", "my data", "it's $HOME"])
def test_the_banner_has_a_line_that_works_as_printed(folder, name):
    """In any folder, whatever the data folder is called, and `call` finds its run."""
    with Terminal("serve", "--listen", "localhost:0", f"--data=./{name}", folder=folder) as terminal:
        terminal.read("ready in")
        text = terminal.text
        for word in ("listen", "data", "cert", "token", "model", "Ctrl-C"):
            assert word in text
        assert str(folder / name) in text and "kept on restart" in text
        line = text[text.index("\ncurl "):text.index("ready in")]
        made = subprocess.run(["sh", "-c", line.rstrip() + " --silent"], capture_output=True, text=True,
                              cwd="/", env=ENVIRONMENT, timeout=20)
        assert made.returncode == 0, made.stderr
        run = json.loads(made.stdout)["run_id"]
        found = command("call", "Runs/Get", json.dumps({"run_id": run}), data=folder / name)
        assert json.loads(found.stdout)["run_id"] == run
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.ended() == 0
    assert (folder / name / "server.json").exists()


def test_the_banner_of_a_server_without_rules(folder):
    with Terminal("serve", "--listen", "127.0.0.1:0", "--insecure-no-auth", "--ephemeral",
                  data=folder / "data") as terminal:
        terminal.read("ready in")
        assert "everybody may do everything" in terminal.text
        assert "forgotten at the end" in terminal.text and "authorization" not in terminal.text


def test_a_relative_folder_is_found_from_anywhere(folder):
    with Terminal("serve", "--listen", "localhost:0", "--data", "./here/./data",
                  folder=folder) as terminal:
        terminal.read("ready in")
        found = command("call", "Interface/Health", data=folder / "here/data")
        assert found.returncode == 0, found.stderr
        path = subprocess.run([BINARY, "cert", "path", "--data", "here/data"], cwd=folder, text=True,
                              capture_output=True, env=ENVIRONMENT).stdout.strip()
        assert os.path.isabs(path) and os.path.exists(path)


# -- call

def test_a_value_is_shown_in_lines_and_like_values_in_a_table(shared):
    run = finished(shared)
    code, lines, errors = shown("call", "Runs/Get", json.dumps({"run_id": run}), data=shared.folder)
    assert (code, errors) == (0, "")
    rows = dict(line.split(maxsplit=1) for line in lines if len(line.split(maxsplit=1)) == 2)
    assert rows["run_id"] == run and rows["status"] == "completed"
    assert rows["output"] == "12 * (3 + 4) = 84" and rows["error"] == "–"
    assert "  total_tokens" in "\n".join(lines)

    code, lines, _ = shown("call", "Runs/Events", json.dumps({"run_id": run}), data=shared.folder,
                           columns=120)
    assert code == 0 and all(len(line) <= 120 for line in lines)
    head = next(line for line in lines if "seq" in line and "type" in line)
    assert "run_id" not in head, "what is the same in every row is told once"
    assert sum("run.completed" in line for line in lines) == 1
    assert any(line.split() == ["has_more", "false"] for line in lines)


def test_colours_are_for_terminals_that_want_them(shared):
    def raw(**environment):
        with Terminal("call", "Interface/Health", data=shared.folder,
                      environment=environment) as terminal:
            assert terminal.ended() == 0
            return terminal.raw

    assert "\x1b[" in raw() and "\x1b[" in raw(NO_COLOR="")
    assert "\x1b" not in raw(NO_COLOR="1") and "\x1b" not in raw(TERM="dumb")
    piped = command("call", "Interface/Health", data=shared.folder)
    assert "\x1b" not in piped.stdout and json.loads(piped.stdout)["status"] == "ok"


def test_json_is_one_object_a_line_everywhere(shared):
    run = finished(shared)
    code, lines, _ = shown("call", "--json", "Runs/Get", json.dumps({"run_id": run}),
                           data=shared.folder, columns=5000)
    assert code == 0 and [json.loads(line)["run_id"] for line in lines] == [run]
    code, lines, _ = shown("call", "--list", "--json", columns=5000)
    assert code == 0 and {json.loads(line)["name"].split("/")[1] for line in lines} >= {"Get", "Watch"}
    both = command("call", "--json", "--accept", "text/markdown", "Interface/Health",
                   data=shared.folder)
    assert both.returncode == 64 and "--accept" in both.stderr


def test_the_methods_are_a_table(shared):
    code, lines, _ = shown("call", "--list", columns=90)
    assert code == 0 and lines[0].split()[:2] == ["method", "request"]
    assert all(len(line) <= 90 for line in lines)
    assert any(line.startswith("Runs/Create") and "POST /api/runs" in line for line in lines)


def test_a_feed_can_be_called(shared):
    run = finished(shared)
    found = command("call", "Runs/Watch", json.dumps({"run_id": run}), data=shared.folder)
    assert found.returncode == 0, found.stderr
    items = [json.loads(line) for line in found.stdout.splitlines()]
    assert items[0]["event"] == "connected"
    assert [item["data"] for item in items[1:]] == shared.events(run, scope=USER)
    ended = command("call", "Runs/Watch", json.dumps({"run_id": run, "cursor": items[-1]["id"]}),
                    data=shared.folder)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_an_input_from_a_pipe(shared):
    run = finished(shared)
    found = command("call", "Runs/Get", "-", input=json.dumps({"run_id": run}), data=shared.folder)
    assert json.loads(found.stdout)["run_id"] == run
    wrong = command("call", "Runs/Get", "-", input="{", data=shared.folder)
    assert wrong.returncode == 64 and "byte 1" in wrong.stderr


def test_a_refusal_is_one_line_in_the_servers_words(shared):
    code, lines, errors = shown("call", "Runs/Get", '{"run_id":"run_nobody"}', data=shared.folder)
    assert code == 1 and lines == []
    assert errors.count("\n") == 1
    assert all(word in errors for word in ("404", "NOT_FOUND", "run_nobody"))


def test_verbose_shows_each_field_once(shared):
    found = command("call", "Interface/Health", "-v", data=shared.folder)
    assert found.stderr.count("< :status: 200") == 1
    assert found.stderr.count("< content-type:") == 1


def test_what_a_stranger_wrote_commands_no_terminal(shared):
    """A run's text with codes for colours, titles and the cursor, by every command that shows it."""
    text = "red \x1b[31m title \x1b]0;x\x07 back \r\x08 c1 \x9b0m"
    run = finished(shared, {"session_key": "s_codes", "input": text})
    for arguments in (["call", "Runs/Get"], ["call", "Runs/Events"]):
        with Terminal(*arguments, json.dumps({"run_id": run}), data=shared.folder,
                      environment={"NO_COLOR": "1"}, columns=1000) as terminal:
            assert terminal.ended() == 0
            assert not {"\x1b", "\x07", "\x08", "\x9b"} & set(terminal.raw)
    with Terminal("watch", run, data=shared.folder, environment={"NO_COLOR": "1"}) as terminal:
        assert terminal.ended() == 0
        assert "run.completed" in terminal.text
        assert not {"\x1b", "\x07", "\x08", "\x9b"} & set(terminal.raw)


# -- watch

def test_watching_shows_words_as_they_come_and_events_in_lines(server):
    run = server.create(mock({"tokens": ["one ", "two"]}, HANGING), scope=USER)
    with Terminal("watch", run, data=server.folder) as terminal:
        terminal.read("one two")
        server.cancel(run, scope=USER)
        assert terminal.ended() == 0
    assert "one two" in terminal.lines
    assert [line.split()[1] for line in terminal.lines if line[:1].isdigit()][-1] == "run.cancelled"


def test_watching_nobody_is_refused_in_words(shared):
    code, lines, errors = shown("watch", "run_nobody", data=shared.folder)
    assert code == 1 and lines == [] and "404 NOT_FOUND" in errors


# -- the others

def test_a_token_is_shown_in_lines(server):
    code, lines, errors = shown("token", "mint", "--name", "seen", data=server.folder)
    assert code == 0 and len(lines) == 1 and lines[0].startswith("sy_")
    code, lines, _ = shown("token", "inspect", lines[0], data=server.folder)
    rows = dict(line.split(maxsplit=1) for line in lines if len(line.split(maxsplit=1)) == 2)
    assert code == 0 and rows["name"] == "seen" and rows["live"] == "true"
    code, lines, _ = shown("token", "inspect", "--json", rows["id"], data=server.folder, columns=900)
    assert json.loads(lines[0])["permissions"] == ["read", "write"]


def test_the_configuration_is_explained_to_people(folder):
    code, lines, _ = shown("config", "explain", "--loops", "3")
    at = next(index for index, line in enumerate(lines) if line.startswith("loops"))
    assert code == 0 and lines[at].split() == ["loops", "3", "(flag)"]
    assert lines[at + 1].startswith(" ") and lines[at + 1].endswith(".")
    plain = command("config", "explain", "--loops", "3").stdout.splitlines()
    assert any(line.split() == ["loops", "3", "(flag)"] for line in plain)
    assert not any(line.startswith(" ") for line in plain), "one line a key where a program reads"


def test_cbor_on_a_terminal_is_hexadecimal():
    code, lines, _ = shown("cbor", "--encode", input=b'{"a": [1, 2]}')
    assert code == 0 and lines == ["a161618201" + "02"]


def test_help_is_no_wider_than_a_terminal():
    for arguments in (["serve"], ["config", "explain"], ["completions"], ["manual"]):
        found = command(*arguments, "--help", environment={"COLUMNS": "80"})
        assert found.returncode == 0
        assert max(map(len, found.stdout.splitlines())) <= 80
    settings = command("serve", "--help").stdout.splitlines()
    at = settings.index("  --listen HOST:PORT")
    assert settings[at + 1].startswith("      Where to listen")
    assert not any(line.startswith("[") for line in settings), "a default lost its indentation"
