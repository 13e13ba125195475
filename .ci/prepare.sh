# What ./run and ./test share: packages, the compiler, and stages with one line each.
# Sourced, with `root` set to the repository. Everything is said on standard error:
# standard output belongs to the server.

# What the build needs, then what the tests need besides.
build_packages=(ca-certificates curl libjemalloc-dev libsqlite3-dev libssl-dev zlib1g-dev)
test_packages=(binutils nghttp2-client openssl python3-venv)
# Clients of others, a browser and Go's gRPC: large, and their tests are skipped, with the reason, where they are missing.
client_packages=(chromium chromium-driver golang-go golang-google-grpc-dev golang-github-fxamacker-cbor-dev)

swift_minimum='6.2'

say() { printf '%s\n' "$@" >&2; }

refuse() {
  say "$@"
  exit 1
}

is_installed() {
  [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

# Prints those of its arguments that have to be installed.
missing_packages() {
  local package
  for package in "$@"; do
    is_installed "$package" || printf '%s\n' "$package"
  done
}

install_packages() {
  apt-get update -qq </dev/null
  DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" </dev/null
}

require_packages() {
  command -v dpkg-query >/dev/null || refuse \
    "This script installs packages on Debian and Ubuntu only. Install these by hand, headers and" \
    "static archives, then build with: swift build -c release --static-swift-stdlib" \
    "  OpenSSL 3, SQLite 3, zlib, jemalloc 5"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return
  if ((EUID != 0)); then
    say "These packages are missing: ${missing[*]}"
    refuse "Install them with:  sudo apt-get update && sudo apt-get install -y ${missing[*]}"
  fi
  stage packages install_packages "${missing[@]}" || exit 1
}

# Installs what it can, and goes on without what it cannot.
offer_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return
  if ((EUID != 0)) || ! stage clients install_packages "${missing[@]}"; then
    say "Without ${missing[*]} the tests that need them are skipped."
  fi
}

require_swift() {
  command -v swift >/dev/null || refuse \
    "Swift $swift_minimum or newer is needed and no 'swift' is on the search path." \
    "Install it from https://www.swift.org/install/linux/"
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p;T;q')
  # The older of two versions sorts first.
  [[ "$(printf '%s\n' "$swift_minimum" "$version" | sort -V | sed -n 1p)" == "$swift_minimum" ]] ||
    refuse "Swift $swift_minimum or newer is needed, 'swift' is ${version:-of no known version}." \
      "Install it from https://www.swift.org/install/linux/"
}

log_of() { printf '%s/.build/logs/%s.log' "$root" "$1"; }

# On a terminal, shows how far a build is ("[12/345]") on the stage's own line.
follow() {
  local line
  while IFS= read -r line; do
    [[ "$line" =~ ^\[[0-9]+/[0-9]+\] ]] && printf '\r  %-12s %s' "$1" "${BASH_REMATCH[0]}" >&2
  done
  printf '\r\033[K' >&2
}

# The lines of a log that say what went wrong, and its end.
explain() {
  grep -E 'error:|✘|^E  ' "$1" | tail -n 30
  printf '%s\n' '  …'
  tail -n 15 "$1"
}

# stage NAME COMMAND...: runs the command with its output in .build/logs/NAME.log and says how
# long it took. A failure is explained; the status is the command's.
stage() {
  local name=$1 started=$SECONDS status=0 log command
  shift
  log=$(log_of "$name")
  mkdir -p "${log%/*}"
  if [[ -t 2 && -z "${CI:-}" ]]; then
    # Not a pipe: what a compiler leaves behind when it fails would hold one open for ever.
    "$@" >"$log" 2>&1 </dev/null &
    command=$!
    trap 'kill "$command" 2>/dev/null; exit 130' INT TERM
    tail -n +1 -s 0.2 -f --pid="$command" "$log" 2>/dev/null | follow "$name"
    wait "$command" || status=$?
    trap - INT TERM
  else
    "$@" >"$log" 2>&1 </dev/null || status=$?
  fi
  printf '  %-12s %4d s' "$name" $((SECONDS - started)) >&2
  if ((status == 0)); then
    say ''
  else
    say "  failed, from .build/logs/$name.log:"
    explain "$log" >&2
  fi
  return "$status"
}

build_release() {
  swift build --package-path "$root" -c release --static-swift-stdlib --product switchyard
}
