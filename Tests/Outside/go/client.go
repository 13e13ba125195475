// A stock gRPC client of Go with a codec of CBOR: a run is started, watched to its end and shown.
//
//	client ADDRESS AUTHORITY TOKEN
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"os"
	"time"

	"github.com/fxamacker/cbor"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/encoding"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type codec struct{}

func (codec) Marshal(value interface{}) ([]byte, error)      { return cbor.Marshal(value) }
func (codec) Unmarshal(data []byte, value interface{}) error { return cbor.Unmarshal(data, value) }
func (codec) Name() string                                   { return "cbor" }

type fields map[string]interface{}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	encoding.RegisterCodec(codec{})
	pem, err := os.ReadFile(os.Args[2])
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	trust := credentials.NewTLS(&tls.Config{RootCAs: pool})
	channel, err := grpc.Dial(os.Args[1], grpc.WithTransportCredentials(trust))
	check(err)
	within, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	who := metadata.AppendToOutgoingContext(within,
		"authorization", "Bearer "+os.Args[3], "x-org-id", "o1", "x-user-id", "u1")
	const runs = "/switchyard.runs.v1.Runs/"
	asCBOR := grpc.CallContentSubtype("cbor")
	out := json.NewEncoder(os.Stdout)

	health, err := healthpb.NewHealthClient(channel).Check(within, &healthpb.HealthCheckRequest{})
	check(err)
	check(out.Encode(health.Status.String()))

	created := struct {
		RunID string `cbor:"run_id"`
	}{}
	check(channel.Invoke(who, runs+"Create", fields{"session_key": "s_go", "input": "6 * 7"}, &created, asCBOR))

	stream, err := channel.NewStream(who, &grpc.StreamDesc{ServerStreams: true}, runs+"Watch", asCBOR)
	check(err)
	check(stream.SendMsg(fields{"run_id": created.RunID}))
	check(stream.CloseSend())
	var seen []uint64
	for {
		event := struct {
			Seq uint64 `cbor:"seq"`
		}{}
		if err := stream.RecvMsg(&event); err == io.EOF {
			break
		} else {
			check(err)
		}
		seen = append(seen, event.Seq)
	}
	check(out.Encode(seen))

	shown := struct {
		Status string `cbor:"status"`
		Output string `cbor:"output"`
	}{}
	check(channel.Invoke(who, runs+"Get", fields{"run_id": created.RunID}, &shown, asCBOR))
	check(out.Encode([]string{shown.Status, shown.Output}))

	refusal := status.Convert(channel.Invoke(who, runs+"Get", fields{"run_id": "run_nobody"}, &shown, asCBOR))
	check(out.Encode([]string{refusal.Code().String(), refusal.Message()}))

	late, cancelLate := context.WithTimeout(who, time.Nanosecond)
	defer cancelLate()
	check(out.Encode(status.Code(channel.Invoke(late, runs+"Get", fields{"run_id": created.RunID}, &shown, asCBOR)).String()))
}
