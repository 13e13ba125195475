"""gRPC's own services, asked by the clients that are generated from their protocol buffers."""

import queue
import signal
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

SERVING = health_pb2.HealthCheckResponse.SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
WITHIN = 20.0  # seconds


@pytest.fixture
def channel(server):
    authority = Path(server.facts["ca"]).read_bytes()
    host, port = server.address
    with grpc.secure_channel(f"{host}:{port}", grpc.ssl_channel_credentials(authority)) as channel:
        yield channel


@pytest.mark.parametrize("service", ["", "switchyard.runs.v1.Runs", "grpc.health.v1.Health"])
def test_the_server_and_its_services_are_healthy(channel, service):
    """Nobody needs a token for it."""
    stub = health_pb2_grpc.HealthStub(channel)
    answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=WITHIN)
    assert answer.status == SERVING


def test_an_unknown_service_is_not_found_and_may_be_watched(channel):
    """As the contract says of Check and of Watch."""
    stub = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service="no.such.Service")
    with pytest.raises(grpc.RpcError) as refusal:
        stub.Check(request, timeout=WITHIN)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    watch = stub.Watch(request, timeout=WITHIN)
    assert next(watch).status == SERVICE_UNKNOWN
    watch.cancel()


def test_who_watches_is_told_the_end(server, channel):
    """The state now, and that the server goes away."""
    watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=WITHIN)
    assert next(watch).status == SERVING
    server.signal(signal.SIGTERM)
    with pytest.raises(grpc.RpcError) as end:
        list(watch)
    assert end.value.code() is grpc.StatusCode.UNAVAILABLE
    assert server.wait() == 0


def test_a_watch_ends_with_its_deadline(channel):
    """Its client waits no longer."""
    watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=0.2)
    with pytest.raises(grpc.RpcError) as end:
        list(watch)
    assert end.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_reflection_lists_the_services_while_it_is_asked_on(channel):
    """Each answer comes before the next question."""
    request = reflection_pb2.ServerReflectionRequest
    questions = queue.SimpleQueue()
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    dialogue = stub.ServerReflectionInfo(iter(questions.get, None), timeout=WITHIN)
    answers = []
    for question in [request(host="h", list_services=""), request(file_containing_symbol="switchyard.runs.v1.Runs")]:
        questions.put(question)
        answers.append(next(dialogue))
    questions.put(None)
    assert list(dialogue) == []
    names = [service.name for service in answers[0].list_services_response.service]
    assert {"switchyard.runs.v1.Runs", "grpc.health.v1.Health"} <= set(names)
    assert answers[0].valid_host == "h"
    assert answers[1].error_response.error_code == grpc.StatusCode.UNIMPLEMENTED.value[0]
    assert answers[1].original_request.file_containing_symbol == "switchyard.runs.v1.Runs"
