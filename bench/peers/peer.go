// Measures encoding/json and fxamacker/cbor, with typed values, on the files of a folder: peer FOLDER; a line of JSON
// for each figure.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"time"

	"github.com/fxamacker/cbor"
)

type Event struct {
	Seq    int    `json:"seq"`
	Type   string `json:"type"`
	TS     string `json:"ts"`
	SpanID string `json:"span_id"`
	Text   string `json:"text"`
}

type Run struct {
	RunID      string  `json:"run_id"`
	SessionKey string  `json:"session_key"`
	AgentID    string  `json:"agent_id"`
	Status     string  `json:"status"`
	Input      string  `json:"input"`
	Output     *string `json:"output"`
	Attempts   int     `json:"attempts"`
	CreatedAt  string  `json:"created_at"`
	EndedAt    *string `json:"ended_at"`
	Events     []Event `json:"events"`
}

type Events struct {
	Events []Event `json:"events"`
}

type D4 map[string]map[string]map[string]map[string]int
type D8 map[string]map[string]map[string]map[string]D4
type D12 map[string]map[string]map[string]map[string]D8
type D16 map[string]map[string]map[string]map[string]D12
type D20 map[string]map[string]map[string]map[string]D16
type D24 map[string]map[string]map[string]map[string]D20

type Forest struct {
	Trees []D24 `json:"trees"`
}

// Message in JSON would need base64url, which encoding/json does not do: it is measured in CBOR alone.
type Message struct {
	ID      uint64   `json:"id"`
	Name    string   `json:"name"`
	Digests [][]byte `json:"digests"`
	Chunks  [][]byte `json:"chunks"`
}

type Numbers struct {
	Small   []int     `json:"small"`
	Large   []int     `json:"large"`
	Doubles []float64 `json:"doubles"`
}

type Article struct {
	Title      string   `json:"title"`
	Paragraphs []string `json:"paragraphs"`
}

var sets = map[string]reflect.Type{
	"run": reflect.TypeOf(Run{}), "events": reflect.TypeOf(Events{}), "deep": reflect.TypeOf(Forest{}),
	"bytes": reflect.TypeOf(Message{}), "numbers": reflect.TypeOf(Numbers{}), "chinese": reflect.TypeOf(Article{}),
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func report(codec, set, format, operation string, size int, call func()) {
	calls := 2000000 / (size + 200)
	if calls < 1 {
		calls = 1
	}
	var times []float64
	for batch := 0; batch < 15; batch++ {
		start := time.Now()
		for index := 0; index < calls; index++ {
			call()
		}
		times = append(times, float64(time.Since(start).Nanoseconds())/float64(calls))
	}
	sort.Float64s(times)
	fmt.Printf("{\"codec\":%q,\"set\":%q,\"format\":%q,\"operation\":%q,\"bytes\":%d,\"ns\":%f}\n",
		codec, set, format, operation, size, times[7])
}

func measure(codec, set, format, folder string, kind reflect.Type, decode func([]byte, interface{}) error,
	encode func(interface{}) ([]byte, error)) {
	data, err := os.ReadFile(filepath.Join(folder, set+"."+format))
	check(err)
	value := reflect.New(kind).Interface()
	check(decode(data, value))
	encoded, err := encode(value)
	check(err)
	again := reflect.New(kind).Interface()
	check(decode(encoded, again))
	if !reflect.DeepEqual(value, again) {
		check(fmt.Errorf("%s of %s does not come back", codec, set))
	}
	report(codec, set, format, "decode", len(data), func() { check(decode(data, reflect.New(kind).Interface())) })
	report(codec, set, format, "encode", len(data), func() { _, err := encode(value); check(err) })
}

func main() {
	limits, err := cbor.DecOptions{MaxNestedLevels: 64}.DecMode()
	check(err)
	for set, kind := range sets {
		measure("fxamacker/cbor", set, "cbor", os.Args[1], kind, limits.Unmarshal, cbor.Marshal)
		if set != "bytes" {
			measure("encoding/json", set, "json", os.Args[1], kind, json.Unmarshal, json.Marshal)
		}
	}
}
