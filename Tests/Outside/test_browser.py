"""A browser that nobody here wrote: the page of documents, event sources and WebSockets, all over HTTP/2."""

import base64
import hashlib
import json
import shutil
import subprocess

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from server import HANGING, free_port, mock, until

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Debian's chromium and chromium-driver are the browser")
SCOPE = "org_id=o1&user_id=u1"


def key_digest(certificate):
    """What names a server's public key to the browser: base64 of the SHA-256 of its SPKI."""
    pem = subprocess.run(["openssl", "x509", "-in", certificate, "-pubkey", "-noout"], capture_output=True, check=True).stdout
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


@pytest.fixture
def browse(launch):
    """Makes a server and a browser that trusts its key alone: `browse(*flags)` gives both."""
    browsers = []

    def make(*flags, **options):
        server = launch(*flags, **options)
        settings = webdriver.ChromeOptions()
        settings.binary_location = CHROMIUM
        for flag in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     f"--user-data-dir={server.folder.parent / 'browser'}",
                     f"--ignore-certificate-errors-spki-list={key_digest(server.folder / 'tls' / 'server.pem')}"]:
            settings.add_argument(flag)
        settings.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        browser = webdriver.Chrome(settings, Service(DRIVER))
        browsers.append(browser)
        browser.set_script_timeout(30)
        return server, browser

    yield make
    for browser in browsers:
        browser.quit()


def test_the_page_of_documents(browse):
    """It shows every method, tries one, and asks nothing of any other host."""
    server, browser = browse()
    browser.get(server.facts["url"] + "/docs")
    sections = until(lambda: browser.find_elements(By.CSS_SELECTOR, "details"))
    document = server.get("/api/v1/openapi").value
    methods = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    assert {section.get_attribute("id") for section in sections} == methods
    assert browser.execute_script("return window.isSecureContext")
    assert browser.execute_script("return performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"

    # A run is started by the form, with its example as the body.
    browser.find_element(By.ID, "token").send_keys(server.token)
    section = browser.find_element(By.ID, "switchyard.runs.v1.Runs/Create")
    section.find_element(By.TAG_NAME, "summary").click()
    section.find_element(By.CSS_SELECTOR, "button.send").click()
    output = section.find_elements(By.TAG_NAME, "pre")[-1]
    until(lambda: "run_id" in output.text)
    assert output.text.startswith("201 ")
    buttons = section.find_elements(By.TAG_NAME, "button")
    next(button for button in buttons if button.text == "Copy as curl").click()
    until(lambda: output.text.startswith("curl --http2"))
    assert "$TOKEN" in output.text and server.token not in output.text

    # A search hides what does not match.
    browser.find_element(By.ID, "find").send_keys("prometheus")
    assert [each.get_attribute("id") for each in sections if each.is_displayed()] \
        == ["switchyard.interface.v1.Interface/Metrics"]

    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [each["params"]["request"]["url"] for each in asked if each["method"] == "Network.requestWillBeSent"]
    # The browser's own first page is none of the server's.
    asked = [url for url in urls if not url.startswith(("chrome:", "data:"))]
    assert asked and all(url.startswith(server.facts["url"] + "/") for url in asked)


EVENT_SOURCE = """
window.ids = []; window.openings = 0;
const source = new EventSource(arguments[0]);
source.onopen = () => { window.openings += 1; };
source.addEventListener("run.event", (event) => window.ids.push([event.lastEventId, JSON.parse(event.data).type]));
"""


def test_an_event_source_comes_back_where_it_was(browse, folder):
    """Over a power cut of the server, by `Last-Event-ID`: nothing is lost, nothing comes twice."""
    server, browser = browse("--insecure-no-auth", listen=f"localhost:{free_port()}")
    run = server.create(mock({"generate": {"count": 400, "bytes": 16}}, HANGING, pace=10, burst=2, session="s_browser"))
    browser.get(server.facts["url"] + "/docs")
    browser.execute_script(EVENT_SOURCE, f"/api/runs/{run}/stream?{SCOPE}")
    until(lambda: browser.execute_script("return window.ids.length") > 50)
    server.kill()
    server.start()
    server.cancel(run)
    endings = {"run.failed", "run.cancelled"}
    until(lambda: endings & {type for _, type in browser.execute_script("return window.ids")}, within=30)
    found = browser.execute_script("return window.ids")
    assert browser.execute_script("return window.openings") >= 2
    events = server.events(run)
    assert [int(number) for number, _ in found] == [event["seq"] for event in events]
    assert [type for _, type in found] == [event["type"] for event in events]


WEB_SOCKET = """
window.messages = []; window.ended = null;
const socket = new WebSocket(arguments[0], arguments[1]);
socket.binaryType = "arraybuffer";
socket.onmessage = ({ data }) => window.messages.push(typeof data === "string" ? JSON.parse(data).id || "" : data.byteLength);
socket.onclose = ({ code }) => { window.ended = [code, socket.protocol]; };
"""


@pytest.mark.parametrize("protocol", ["switchyard.json", "switchyard.cbor"])
def test_a_websocket_with_a_ticket(browse, protocol):
    """On the connection that the page came by, so there is no HTTP/1.1 to fall back to."""
    server, browser = browse()
    run = server.create({"session_key": "s_browser", "input": "6 * 7"})
    server.finished(run)
    events = server.events(run)
    ticket = server.post("/stream-tickets").value["ticket"]
    browser.get(server.facts["url"] + "/docs")
    place = server.facts["url"].replace("https://", "wss://")
    browser.execute_script(WEB_SOCKET, f"{place}/api/runs/{run}/stream?{SCOPE}&ticket={ticket}", protocol)
    assert until(lambda: browser.execute_script("return window.ended")) == [1000, protocol]
    messages = browser.execute_script("return window.messages")
    assert len(messages) == len(events) + 1
    if protocol == "switchyard.json":
        assert messages == ["", *(str(event["seq"]) for event in events)]
    accepted = server.metric("switchyard_connections_accepted_total")
    # The same ticket opens nothing more.
    browser.execute_script(WEB_SOCKET, f"{place}/api/runs/{run}/stream?{SCOPE}&ticket={ticket}", protocol)
    assert until(lambda: browser.execute_script("return window.ended"))[0] == 1006
    assert server.metric("switchyard_connections_accepted_total") == accepted
