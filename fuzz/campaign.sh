#!/bin/sh
# fuzz/campaign.sh SEED EXECUTIONS BODY...: runs each body that often and prints a row of fuzz/RESULTS.md for it.
# Without AddressSanitizer, which costs most of the executions; `run.sh` has it. An input that takes more than a tenth of
# a second of processor time is a finding. LENGTH=65536 lets inputs become as long.
set -eu
cd "$(dirname "$0")/.."
seed=$1
executions=$2
shift 2
log=.build-fuzz/campaign
mkdir -p "$log"
[ -n "${BUILT:-}" ] || FUZZ=1 swift build --product fuzz-driver -c release --scratch-path .build-fuzz/fuzzer \
  -Xswiftc -sanitize=fuzzer -Xswiftc -use-ld=lld >&2
for body in "$@"; do
  began=$(date +%s)
  found=nothing
  FUZZ_MILLISECONDS=100 SANITIZERS=fuzzer BUILT=1 fuzz/run.sh "$body" 0 -seed="$seed" -runs="$executions" -max_len="${LENGTH:-1024}" \
    >"$log/$body" 2>&1 || found=$(ls "fuzz/crashes/$body" | tail -n 1)
  seconds=$(($(date +%s) - began))
  done=$(sed -n 's/^stat::number_of_executed_units: //p' "$log/$body")
  slowest=$(sed -n 's/^stat::slowest_unit_time_sec: //p' "$log/$body")
  memory=$(sed -n 's/^stat::peak_rss_mb: //p' "$log/$body")
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log/$body" | tail -n 1)
  echo "| \`$body\` | $seed | $done | $seconds | $edges | $slowest | $memory | $found |"
done
