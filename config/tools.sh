# shellcheck shell=sh disable=SC2034,SC2154  # program comes from, and java_version goes to, who sources this
# What ./pinisi and ./check share: the language, finding a JDK 25 and Maven, and installing Debian packages where that is allowed.
# Sourced, not run. The caller sets `program`, the name in front of each message.

say() { printf '%s: %s\n' "$program" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# Without a language set, Java takes file names to be ASCII, and cannot open those that are not.
use_utf8() {
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
    C | POSIX) export LC_ALL=C.UTF-8 ;;
  esac
}

# Is this folder a JDK 25? Reads its `release` file, as starting a JVM to ask takes far longer.
# Sets java_version, which changes with every update of the JDK.
is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  java_version=
  jdk_25=no
  while IFS= read -r line; do
    case $line in
      'JAVA_VERSION="25"' | 'JAVA_VERSION="25.'*) jdk_25=yes ;;
      'JAVA_RUNTIME_VERSION='*) java_version=${line#*=} ;;
    esac
  done <"$1/release"
  [ "$jdk_25" = yes ]
}

# Sets and exports JAVA_HOME: $PINISI_JAVA_HOME, else $JAVA_HOME, else the java in PATH, else one in /usr/lib/jvm.
find_jdk() {
  if [ -n "${PINISI_JAVA_HOME:-}" ]; then
    is_jdk_25 "$PINISI_JAVA_HOME" || die "PINISI_JAVA_HOME=$PINISI_JAVA_HOME is no JDK 25; set it to one, or unset it"
    JAVA_HOME=$PINISI_JAVA_HOME
  elif [ -z "${JAVA_HOME:-}" ] || ! is_jdk_25 "$JAVA_HOME"; then
    find_installed_jdk || die "needs a JDK 25 and found none in JAVA_HOME, PATH or /usr/lib/jvm." \
      "Install one (Debian 13 and later: apt-get install openjdk-25-jdk-headless; else Temurin 25 from adoptium.net)," \
      "or set PINISI_JAVA_HOME to its folder"
  fi
  export JAVA_HOME
}

find_installed_jdk() {
  if java=$(command -v java); then
    java=$(readlink -f "$java")
    JAVA_HOME=${java%/bin/java}
    is_jdk_25 "$JAVA_HOME" && return
  fi
  for JAVA_HOME in /usr/lib/jvm/*; do
    is_jdk_25 "$JAVA_HOME" && return
  done
  return 1
}

# Makes sure that there is a Maven of at least 3.8.7 in PATH; needs JAVA_HOME.
find_maven() {
  command -v mvn >/dev/null || install_packages maven ||
    die "needs Maven 3.8.7 or later to build. Install it: apt-get install maven (Debian 12 and later), or from maven.apache.org"
  maven_version=$(mvn --batch-mode --version 2>/dev/null | sed -n 's/^.*Apache Maven \([0-9.]*\).*/\1/p')
  [ "$(printf '%s\n' 3.8.7 "$maven_version" | sort -V | head -n 1)" = 3.8.7 ] ||
    die "needs Maven 3.8.7 or later, but $(command -v mvn) is ${maven_version:-unusable with $JAVA_HOME}"
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Installs Debian packages, quietly; false when it may not or cannot.
install_packages() {
  may_install || return 1
  say "installing with apt-get: $*"
  apt_install "$@" || { apt_run update && apt_install "$@"; }
}

apt_install() { apt_run install --yes --no-install-recommends "$@"; }

apt_run() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null 2>&1
}
