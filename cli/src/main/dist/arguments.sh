#!/bin/sh
# Writes the java argument files of a dist folder: cli.args, plane.args, edge.args and site.args, with absolute paths.
#
#   arguments.sh DIST        DIST/lib holds the jars, DIST/native their native libraries (Prepare.java)
#
# Run them as  java @DIST/cli.args org.pinisi.cli.Main …  An AOT cache is only taken by a JVM whose class path and
# flags equal those it was recorded with; that is why both sides read the same file.
set -eu
LC_ALL=C
export LC_ALL

dist=$(cd "$1" && pwd)

# Inside the quotes of an argument file, backslash and double quote are special.
quote() {
  printf '"%s"\n' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"
}

# Our jars first, then the libraries, each by name: the same order on every machine.
class_path=
for jar in "$dist"/lib/pinisi-*.jar "$dist"/lib/*.jar; do
  case ":$class_path:" in *":$jar:"*) continue ;; esac
  class_path=${class_path:+$class_path:}$jar
done

write() { # NAME FLAG…
  file=$dist/$1.args
  shift
  {
    printf '%s\n' "$@"
    # Quiet: nothing on the terminal but what Pinisi prints. Errors of the JVM itself still appear, save that of a
    # cache which no longer fits: the JVM then starts without it.
    printf '%s\n' -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
      -Xlog:disable '-Xlog:all=error,aot*=off,cds*=off:stderr' \
      --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    printf '%s\n' -Dfile.encoding=UTF-8 -Duser.language=en -Duser.country=US
    quote "-Dpinisi.dist=$dist"
    # Unpacked once; without them each start unpacks its own.
    if [ -d "$dist/native" ]; then
      quote "-Djava.library.path=$dist/native"
      quote "-Dorg.sqlite.lib.path=$dist/native"
      printf '%s\n' -Dorg.sqlite.lib.name=libsqlitejdbc.so
    fi
    printf '%s\n' -cp
    quote "$class_path"
  } >"$file.new"
  mv "$file.new" "$file"
}

write cli -XX:TieredStopAtLevel=1 -Xmx128m
# Heaps begin small, and free memory of the C library goes back to the system: both daemons are idle most of the time.
# The plane does hundreds of things once and few things often: the optimising compiler would cost its start more than its
# pushes gain (bench/NOTES.md).
write plane -XX:TieredStopAtLevel=1 -Xms16m -Xmn6m -Xmx160m -XX:TrimNativeHeapInterval=5000
# What serves traffic does without Netty's samples of who lost a buffer; the tests look at every one.
no_samples=-Dio.netty.leakDetection.level=disabled
write edge -Xms14m -Xmn6m -Xmx64m -XX:MaxDirectMemorySize=64m -XX:TrimNativeHeapInterval=5000 "$no_samples"
# A site keeps what is asked for often in memory, up to 256 MB of it: small files in the heap, others outside.
write site -Xms16m -Xmn8m -Xmx512m -XX:MaxDirectMemorySize=384m -XX:TrimNativeHeapInterval=5000 "$no_samples"
