#!/bin/sh
# Makes the two secrets of a cluster in a directory: cluster.secret, which makes a peer a node, and client.secret, which
# opens the front door to client actors and nothing else. Copy cluster.secret and client.secret to every node, and
# client.secret to the hosts of clients, for example with scp -p, and name them there:
#   nodes:    kafka-actors.cluster.secret.file and kafka-actors.cluster.client.secret.file
#   clients:  kafka-actors.client.secret.file
# With --rotate a new secret goes into each file as the second line: it is accepted and not shown yet. Once every node
# has the file (it is read again within 5 s), swap its two lines everywhere, and in the end take the old one away.
set -eu
usage="usage: make-secrets.sh DIRECTORY [--rotate]"
directory=${1:?$usage}
rotate=${2:-}
[ -z "$rotate" ] || [ "$rotate" = --rotate ] || { echo "$usage" >&2; exit 2; }

umask 077
mkdir -p "$directory"
for file in cluster.secret client.secret; do
  path=$directory/$file
  if [ -z "$rotate" ] && [ -e "$path" ]; then
    echo "$path exists; --rotate adds a second secret to it" >&2
    exit 1
  fi
  if [ -n "$rotate" ] && [ "$(grep -c '^[^#]' "$path")" -ne 1 ]; then
    echo "$path does not hold one secret: finish the last rotation first" >&2
    exit 1
  fi
done
for file in cluster.secret client.secret; do
  path=$directory/$file
  new=$(head -c 32 /dev/urandom | base64 | tr -d '\n=')
  # Written aside and renamed: whoever reads it meanwhile sees one or the other.
  { if [ -n "$rotate" ]; then cat "$path"; fi; echo "$new"; } > "$path.new"
  mv "$path.new" "$path"
  echo "$path"
done
