#!/usr/bin/env bash
# The tests of Swift under a sanitizer, in a copy of the tree: .ci/sanitize.sh address|thread [FILTER]
#
# The standard library's Mutex is not instrumented, so ThreadSanitizer sees neither its locking nor its unlocking and
# reports whatever it guards. In the copy, modules get a Mutex of their own of the same shape over pthread's, which it sees.
set -euo pipefail
sanitizer=${1:?address or thread}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
copy=$root/.build-sanitize/$sanitizer
rm -rf "$copy/tree"
mkdir -p "$copy/tree"
git -C "$root" ls-files -z | tar -C "$root" --null -T - -c | tar -C "$copy/tree" -x
cd "$copy/tree"

# Tests of the source text itself would see what is changed here.
skipped=(--skip TidyTests)
# Everything takes ten times as long, and tests wait for others.
sed -i 's/timeLimit(.minutes(10))/timeLimit(.minutes(60))/' $(grep -rl 'timeLimit(' Tests)
# The copy is no example of style.
sed -i '/treatAllWarnings/s/.treatAllWarnings(as: .error), .strictMemorySafety(), //' Package.swift
if [[ $sanitizer == thread ]]; then
  for folder in Sources/* Tests/*; do
    grep -rqE '\bMutex[<(]' "$folder" --include='*.swift' && cp "$root/.ci/Mutex.swift" "$folder/Mutex.swift"
  done
fi
# Swift's own handler of crashes trips over the sanitizers'.
export SWIFT_BACKTRACE=enable=no
# Dispatch is not instrumented: it hands a task that was resumed to a thread without ThreadSanitizer's knowing, and the
# task's own memory, which nobody else has by then, looks shared. Foundation, which only tests link, copies entries of a
# folder at their greatest length when it starts a process (`findMaximumOpenFromProcSelfFD`), past the end of the last.
suppressions=$copy/suppressions
case $sanitizer in
thread)
  echo 'race:sScc6resume' >"$suppressions"
  export TSAN_OPTIONS=suppressions=$suppressions
  ;;
address)
  echo 'interceptor_via_fun:*findMaximumOpenFromProcSelfFD*' >"$suppressions"
  export ASAN_OPTIONS=detect_leaks=0:suppressions=$suppressions
  ;;
esac
swift build --build-tests --sanitize "$sanitizer" --scratch-path "$copy/build" --quiet
log=$copy/log
passed=yes
swift test --skip-build --disable-xctest --sanitize "$sanitizer" --scratch-path "$copy/build" "${skipped[@]}" \
  ${2:+--filter "$2"} >"$log" 2>&1 || passed=no
grep -E 'Test run with' "$log" || tail -n 20 "$log"
reports=$(grep -cE '^(WARNING: ThreadSanitizer|==[0-9]+==ERROR: AddressSanitizer)' "$log" || true)
echo "$sanitizer: $reports reports, in $log"
[[ $passed == yes && $reports == 0 ]]
