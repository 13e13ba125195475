#!/bin/sh
# fuzz/run.sh BODY SECONDS [libFuzzer options]: builds the driver with libFuzzer and runs one body over its corpus.
# SANITIZERS=fuzzer leaves AddressSanitizer out, which is several times as fast.
# A crasher stays in fuzz/crashes/BODY under its SHA-256 and is replayed by every `swift test`.
set -eu
cd "$(dirname "$0")/.."
body=${1:?body: a name in fuzz/Bodies/FuzzBody.swift}
seconds=${2:-60}
shift
[ $# -eq 0 ] || shift
sanitizers=${SANITIZERS:-fuzzer,address}
scratch=.build-fuzz/$sanitizers
[ -n "${BUILT:-}" ] || FUZZ=1 swift build --product fuzz-driver -c release --scratch-path "$scratch" \
  -Xswiftc -sanitize="$sanitizers" -Xswiftc -use-ld=lld
# Swift's own crash handler trips AddressSanitizer.
export SWIFT_BACKTRACE=enable=no FUZZ_BODY="$body"
found=.build-fuzz/found/$body
mkdir -p ".build-fuzz/corpus/$body" "$found" "fuzz/crashes/$body"
dictionary=fuzz/dictionaries/$body
[ ! -f "$dictionary" ] || set -- -dict="$dictionary" "$@"
status=0
"$scratch/release/fuzz-driver" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
  -artifact_prefix="$found/" -print_final_stats=1 "$@" \
  ".build-fuzz/corpus/$body" "fuzz/corpus/$body" || status=$?
for input in "$found"/*; do
  [ -f "$input" ] || continue
  cp "$input" "fuzz/crashes/$body/$(sha256sum "$input" | cut -c1-64)"
done
rmdir --ignore-fail-on-non-empty "fuzz/crashes/$body"
exit $status
