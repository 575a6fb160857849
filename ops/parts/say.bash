# What every script of ops/ says, how it runs a step, and where the parts stand; sourced.  SPDX-License-Identifier: Apache-2.0
# The parts that Debian 12 does not bring (librdkafka, Kafka) are kept outside the checkout, by name and version, so
# that a second clone or a second instance on the same machine builds nothing again. PARTS names another place.
PARTS=${PARTS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/baoting}
export PARTS

# One line about a step that goes well.
say() { printf '%s\n' "$*" >&2; }

# fault WHAT WHAT-TO-DO: one line about what stops us, and what the reader can do; ends the script.
fault() {
    printf 'fault: %s. To do: %s.\n' "$1" "$2" >&2
    exit 1
}

# What a step runs stands in a process group of its own, so that an interrupted script can end all of it.
child=
abort() {
    trap '' TERM INT HUP
    [ -z "$child" ] || kill -TERM -- "-$child" 2>/dev/null || true
    exit 130
}
trap abort TERM INT HUP

# apart COMMAND…: run it in its own process group, wait for it and return as it does.
apart() {
    local code=0
    set -m
    "$@" &
    child=$!
    set +m
    wait "$child" || code=$?
    child=
    return "$code"
}

quietly() { "$@" >>"$quiet_log" 2>&1 </dev/null; }

# step LOG WHAT-TO-DO COMMAND…: run COMMAND into LOG; on failure say what it said, and where the rest is.
step() {
    local quiet_log=$1 remedy=$2 why
    shift 2
    mkdir -p "$(dirname "$quiet_log")"
    if ! apart quietly "$@"; then
        why=$(grep -a -m 1 -E '^fault: ' "$quiet_log" || grep -a -m 1 -E '(error|fatal|FATAL|ERROR|E): |^\[ERROR\]|Error' "$quiet_log" ||
            grep -a -v '^[[:space:]]*$' "$quiet_log" | tail -n 1) || true
        why=$(printf '%s' "${why:-it said nothing}" | tr -d '\033' | cut -c 1-240)
        case $why in fault:*) printf '%s\n' "$why (log: $quiet_log)" >&2; exit 1 ;; esac
        fault "${1##*/} failed: ${why%.} (log: $quiet_log)" "$remedy"
    fi
}
