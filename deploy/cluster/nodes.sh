#!/usr/bin/env bash
# Several nodes on one machine that form one cluster: for trying, not for keeping data.
#
#   nodes.sh start [ID]   starts all nodes, or one of them, and returns once they serve
#   nodes.sh list         says which run
#   nodes.sh kill ID      ends one as a crash does (kill -9)
#   nodes.sh stop [ID]    stops all, or one, in order; their data stays
#
# Each node has its data, its log and its process id under $KAFKA_ACTORS_CLUSTER/node-ID. Node 2 has the usual Kafka port
# 9092, so that tools find the cluster without an address; the others those before and behind it.
set -euo pipefail

NODES=${KAFKA_ACTORS_NODES:-3}
HOME_OF_ALL=${KAFKA_ACTORS_CLUSTER:-./cluster}
HOST=${KAFKA_ACTORS_HOST:-127.0.0.1}
FIRST_KAFKA_PORT=${KAFKA_ACTORS_FIRST_KAFKA_PORT:-9091}
FIRST_AKKA_PORT=${KAFKA_ACTORS_FIRST_AKKA_PORT:-4061}
START_LIMIT=90
STOP_LIMIT=30

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${KAFKA_ACTORS_PROGRAM:-$repository/src/KafkaActors.Cli/bin/Release/net10.0/kafka-actors.dll}

fail() { echo "$*" >&2; exit 1; }

home_of() { echo "$HOME_OF_ALL/node-$1"; }

# The process of a node, if it runs: a process id alone may be somebody else's by now.
process_of() {
  local file id; file=$(home_of "$1")/pid
  [ -f "$file" ] || return 1
  id=$(cat "$file")
  [ -d "/proc/$id" ] || return 1
  tr '\0' ' ' < "/proc/$id/cmdline" | grep -qF -- "--data $(home_of "$1")/data " || return 1
  echo "$id"
}

begin() {
  local id=$1 home seeds=() other; home=$(home_of "$id")
  if process_of "$id" > /dev/null; then return; fi
  mkdir -p "$home"
  for ((other = 1; other <= NODES; other++)); do seeds+=(--seed "$HOST:$((FIRST_AKKA_PORT + other - 1))"); done
  nohup dotnet "$program" node --data "$home/data" --host "$HOST" --set "node.id=$id" \
    --akka-port $((FIRST_AKKA_PORT + id - 1)) --kafka-port $((FIRST_KAFKA_PORT + id - 1)) "${seeds[@]}" \
    > "$home/ready" 2>> "$home/log" < /dev/null &
  echo $! > "$home/pid"
}

# Until the ready line is there; a node that ends before says why in the last line of its log.
await_ready() {
  local id=$1 home waited=0; home=$(home_of "$id")
  until grep -q " ready " "$home/ready"; do
    process_of "$id" > /dev/null || fail "node $id has ended: $(tail -n 1 "$home/log")"
    [ $((waited++)) -lt $((START_LIMIT * 10)) ] || fail "node $id does not serve after $START_LIMIT s, see $home/log"
    sleep 0.1
  done
  cat "$home/ready"
}

end() {
  local id=$1 signal=$2 process waited=0
  process=$(process_of "$id") || return 0
  kill "-$signal" "$process"
  while [ -d "/proc/$process" ] && process_of "$id" > /dev/null; do
    [ $((waited++)) -lt $((STOP_LIMIT * 10)) ] || fail "node $id, process $process, does not end"
    sleep 0.1
  done
  rm -f "$(home_of "$id")/pid"
}

check_id() { [[ $1 =~ ^[1-9][0-9]*$ ]] && [ "$1" -le "$NODES" ] || fail "there are nodes 1 to $NODES, not $1"; }

ids() { if [ $# -gt 0 ]; then check_id "$1"; echo "$1"; else seq 1 "$NODES"; fi; }

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
  start)
    [ -f "$program" ] || dotnet build "$repository/src/KafkaActors.Cli" -c Release -v quiet --nologo >&2
    chosen=$(ids "$@")
    for id in $chosen; do begin "$id"; done
    for id in $chosen; do await_ready "$id"; done
    ;;
  list)
    for id in $(ids "$@"); do
      if process=$(process_of "$id"); then echo "node $id runs, process $process"; else echo "node $id is down"; fi
    done
    ;;
  kill)
    [ $# -gt 0 ] || fail "which node? nodes.sh kill ID"
    check_id "$1"
    end "$1" KILL
    ;;
  stop)
    # At once: none has to take over what the next one is about to give up.
    chosen=$(ids "$@")
    for id in $chosen; do end "$id" TERM & done
    wait
    ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
