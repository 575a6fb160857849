# Starting, stopping and looking at one process of the instance; sourced.  SPDX-License-Identifier: Apache-2.0
. "$(dirname "${BASH_SOURCE[0]}")/place.bash"

# A zombie whose parent does not fetch it is not alive.
alive() {
    local line
    [ -n "$1" ] && read -r line <"/proc/$1/stat" || return 1
    case ${line##*) } in Z* | X*) return 1 ;; esac
} 2>/dev/null

note_of() { cat "$VAR/run/$1" 2>/dev/null || true; }

pid_of() { note_of "$1.pid"; }

# keeper_of NAME: the pid of its keeper, if that lives and is ours (pids come round again after a crash).
keeper_of() {
    local keeper
    keeper=$(note_of "$1.keeper")
    alive "$keeper" && tr '\0' ' ' <"/proc/$keeper/cmdline" 2>/dev/null | grep -q -F "keep $1 $VAR " && printf '%s\n' "$keeper"
}

ready() {
    case $1 in
        postgresql) /usr/lib/postgresql/15/bin/pg_isready -q -h 127.0.0.1 -p "$(port_of postgresql)" ;;
        kafka) answers "$(port_of kafka)" ;;
        *) curl -s -f -o /dev/null -m 2 --noproxy '*' "http://127.0.0.1:$(port_of "$1")/readyz" ;;
    esac
}

# begin NAME: start its keeper; does not wait for the program to be ready.
begin() {
    local waited=0
    ! keeper_of "$1" >/dev/null || return 0
    mkdir -p "$VAR/run" "$VAR/log"
    rm -f "$VAR/run/$1".{pid,keeper,state,restarts}
    setsid "$instance/keep" "$1" "$VAR" </dev/null >/dev/null 2>&1 8>&- 9>&- &
    until [ -s "$VAR/run/$1.state" ]; do
        [ $((waited += 1)) -le 100 ] || fault "$1 could not be started" "see $VAR/log/$1.log"
        sleep 0.05
    done
}

# await NAME SECONDS: until it is ready; a fault when it dies meanwhile or takes longer.
await() {
    local waited=0 most=$(($2 * 10)) state
    until ready "$1"; do
        state=$(note_of "$1.state")
        if [ "$state" != running ]; then
            fault "$1 did not start (${state:-no state}): $(last_words "$1")" "see $VAR/log/$1.log"
        fi
        [ $((waited += 1)) -le "$most" ] || fault "$1 was not ready after $2 s: $(last_words "$1")" "see $VAR/log/$1.log"
        sleep 0.1
    done
}

# The line of a log that says why: the last that names an error, else the last.
last_words() {
    local log=$VAR/log/$1.log
    { tail -n 40 "$log" 2>/dev/null | grep -v '^keep: ' | grep -a -E -i 'fatal|error|exception|alarm' || grep -v '^keep: ' "$log" 2>/dev/null || echo 'it said nothing'; } |
        tail -n 1 | cut -c 1-240
}

# finish NAME: stop it and its keeper, whatever state they are in.
finish() {
    local keeper pid waited=0
    keeper=$(keeper_of "$1") || return 0
    pid=$(pid_of "$1")
    kill -TERM "$keeper" 2>/dev/null || true
    while alive "$keeper" && [ $((waited += 1)) -le 500 ]; do sleep 0.05; done
    if alive "$keeper"; then
        kill -KILL "$keeper" "$pid" 2>/dev/null || true
        rm -f "$VAR/run/$1".{pid,keeper}
    fi
}
