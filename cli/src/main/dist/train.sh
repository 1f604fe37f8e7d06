#!/bin/sh
# Records the AOT caches of a dist folder: a JVM that starts with one need not load, link and profile from nothing.
#
#   train.sh DIST JAVA       JAVA is the java that will run it
#
# `pinisi train` prints what can be trained; each name is a NAME.args. A training that fails leaves its part
# without a cache, which only means a slower start; it is said on standard output, and the exit code stays 0.
set -u

dist=$(cd "$1" && pwd) || exit 1
java=$2
main=org.pinisi.cli.Main

for name in $("$java" "@$dist/cli.args" "$main" train); do
  arguments=$dist/$name.args
  cache=$dist/$name.aot
  rm -f "$cache" "$cache.new"
  if "$java" "@$arguments" "-XX:AOTCacheOutput=$cache.new" "$main" train "$name" && [ -s "$cache.new" ]; then
    mv "$cache.new" "$cache"
    # From here on every start with this argument file uses the cache.
    { cat "$arguments" && printf '"-XX:AOTCache=%s"\n' "$(printf '%s' "$cache" | sed 's/[\\"]/\\&/g')"; } >"$arguments.new"
    mv "$arguments.new" "$arguments"
  else
    rm -f "$cache.new"
    echo "no AOT cache for $name: its training run failed; it starts without"
  fi
done
exit 0
