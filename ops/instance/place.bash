# Where an instance stands and which ports are its own; sourced. VAR, PORT_BASE and BUILD are the caller's.
# SPDX-License-Identifier: Apache-2.0
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
instance=$checkout/ops/instance
. "$checkout/ops/parts/say.bash"
VAR=$(realpath -m "${VAR:-$checkout/var}")
PORT_BASE=${PORT_BASE:-8080}
case $PORT_BASE in '' | *[!0-9]*) fault "PORT_BASE is '$PORT_BASE', no number" "give a port, as in PORT_BASE=9080" ;; esac
[ "$PORT_BASE" -ge 1 ] && [ "$PORT_BASE" -le 65500 ] || fault "PORT_BASE=$PORT_BASE leaves no room for ports" "choose 1 to 65500"
BUILD=${BUILD:-$checkout/build}
export VAR PORT_BASE BUILD PARTS

# In the order of starting; stopping goes backwards.
processes=(postgresql kafka relay grading points roster import front)

port_of() {
    case $1 in
        front) echo "$PORT_BASE" ;;
        postgresql) echo "${POSTGRESQL_PORT:-$((PORT_BASE + 1))}" ;;
        kafka) echo "${KAFKA_PORT:-$((PORT_BASE + 2))}" ;;
        controller) echo "${CONTROLLER_PORT:-$((PORT_BASE + 3))}" ;;
        relay) echo $((PORT_BASE + 4)) ;;
        grading) echo $((PORT_BASE + 5)) ;;
        points) echo $((PORT_BASE + 6)) ;;
        roster) echo $((PORT_BASE + 7)) ;;
        import) echo $((PORT_BASE + 8)) ;;
        *) fault "there is no process '$1'" "name one of: ${processes[*]}" ;;
    esac
}

# answers PORT: does something on loopback take a connection there?
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
