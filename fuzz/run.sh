#!/bin/sh
# fuzz/run.sh BODY SECONDS: builds the driver with libFuzzer and runs one body over its corpus.
# A crasher stays in fuzz/crashes/BODY under its SHA-256 and is replayed by every `swift test`.
set -eu
cd "$(dirname "$0")/.."
body=${1:?body: cbor, json, records, parameters, diagnostic, sequence, markdown, scalars, smoke}
seconds=${2:-60}
FUZZ=1 swift build --product fuzz-driver -c release --scratch-path .build-fuzz \
  -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
driver=.build-fuzz/release/fuzz-driver
# Swift's own crash handler trips AddressSanitizer.
export SWIFT_BACKTRACE=enable=no FUZZ_BODY="$body"
if [ "$body" = smoke ]; then exec "$driver"; fi
mkdir -p ".build-fuzz/corpus/$body" ".build-fuzz/found/$body" "fuzz/crashes/$body"
status=0
"$driver" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
  -artifact_prefix=".build-fuzz/found/$body/" -print_final_stats=1 \
  ".build-fuzz/corpus/$body" "fuzz/corpus/$body" || status=$?
for found in ".build-fuzz/found/$body"/*; do
  [ -f "$found" ] || continue
  cp "$found" "fuzz/crashes/$body/$(sha256sum "$found" | cut -c1-64)"
done
exit $status
