#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# packages.sh BUILD_DIR CPACK - makes the Debian packages of a build and looks at
# them as a distributor would: names, dependencies, places, permissions, nothing
# of the build inside; then installs and removes them below a folder of their own
# (as root or under fakeroot; otherwise it unpacks them). A build with the preset
# package must also hold what only a package for /usr can: see strict below.
set -euo pipefail

build=$1 cpack=$2
work=$build/tests/packages
root=$work/root
for tool in dpkg-deb dpkg-shlibdeps readelf gzip; do
  command -v "$tool" >/dev/null || {
    echo "packages: skipped, there is no $tool (package dpkg-dev)"
    exit 77
  }
done
rm -rf "$work"
mkdir -p "$work" "$root"

wrong=0
complain() {
  echo "packages: $*" >&2
  wrong=1
}

(cd "$work" && "$cpack" -G DEB --config "$build/CPackConfig.cmake" \
  -B "$work/made") >"$work/cpack.log" 2>&1 || {
  tail -n 20 "$work/cpack.log"
  exit 1
}
version=$(sed -n 's/^#define RPL_VERSION  *"\(.*\)"$/\1/p' include/rpl/base.h)-1
architecture=$(dpkg --print-architecture)
strict=0
grep -q '^CMAKE_INSTALL_PREFIX:PATH=/usr$' "$build/CMakeCache.txt" && strict=1

# control PACKAGE FIELD
control() { dpkg-deb -f "$work/made/$1_${version}_$architecture.deb" "$2"; }

# --- each package by itself ---------------------------------------------------

for package in librpl0 librpl-dev rplc; do
  deb=$work/made/${package}_${version}_$architecture.deb
  [ -f "$deb" ] || {
    complain "there is no $deb"
    continue
  }
  dpkg-deb -c "$deb" >"$work/$package.list"
  dpkg-deb -x "$deb" "$work/$package"
  for field in Package Version Architecture Maintainer Section Description; do
    [ -n "$(control $package $field)" ] || complain "$package has no $field"
  done
  [[ $(control $package Description) == *"refund and billing"* ]] ||
    complain "$package is described as: $(control $package Description)"
  # Everything is root's, folders 755, files 644, or 755 where they run.
  awk '$2 != "root/root" || $1 !~ /^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx)$/' \
    "$work/$package.list" | grep . && complain "$package: owner or permissions"
  for file in copyright changelog.gz changelog.Debian.gz; do
    [ -f "$work/$package/usr/share/doc/$package/$file" ] ||
      complain "$package lacks its $file"
  done
  # Nothing tells where it was built.
  if grep -rl -e "$PWD" -e "$build" "$work/$package"; then
    complain "$package: these name a folder of the build"
  fi
done

[[ $(control librpl0 Depends) == *libc6* ]] || complain "librpl0 needs no libc6"
[[ $(control librpl0 Depends) != *librpl* ]] || complain "librpl0 needs itself"
ffi= # what the static library leaves open
grep -q '^RPL_FFI:BOOL=ON$' "$build/CMakeCache.txt" && ffi=", libffi-dev"
[ "$(control librpl-dev Depends)" = "librpl0 (= $version)$ffi" ] ||
  complain "librpl-dev depends on: $(control librpl-dev Depends)"
shlibs=$(dpkg-deb -I "$work/made/librpl0_${version}_$architecture.deb" shlibs)
[[ $shlibs == *"librpl0 (= "* ]] ||
  complain "librpl0 has no shlibs"

# find_one PACKAGE PATTERN - the package has exactly one such file.
find_one() {
  local count
  count=$(cd "$work/$1" && find . -path "$2" | wc -l)
  [ "$count" = 1 ] || complain "$1 has $count of $2"
}
find_one librpl0 "*/librpl.so.0"
find_one librpl0 "*/librplvm.so.0"
find_one librpl-dev "*/librpl.so"
find_one librpl-dev "*/librpl.a"
find_one librpl-dev "*/librplvm.a"
find_one librpl-dev "*/include/rpl/rpl.h"
find_one librpl-dev "*/pkgconfig/rplvm.pc"
find_one librpl-dev "*/cmake/rpl/rplConfig.cmake"
find_one librpl-dev "*/share/rpl/python/rpl.py"
find_one rplc "*/usr/bin/rplc"
find_one rplc "*/man/man1/rplc.1.gz"
[ "$(find "$work/librpl0" -name '*.h' -o -name '*.a' -o -name '*.so' | wc -l)" = 0 ] ||
  complain "librpl0 holds files for development"
for object in "$work"/librpl0/usr/lib*/*.so.0.* "$work"/librpl0/usr/lib/*/*.so.0.* \
  "$work/rplc/usr/bin/rplc"; do
  [ -f "$object" ] || continue
  dynamic=$(readelf -SdW "$object")
  [[ $dynamic != *.debug_info* ]] || complain "${object##*/} is not stripped"
  [ $strict = 1 ] || continue
  [[ $dynamic != *RPATH* && $dynamic != *RUNPATH* ]] ||
    complain "${object##*/} looks for libraries in a place of its own"
  [[ $dynamic == *BIND_NOW* ]] ||
    complain "${object##*/} is linked without -z now"
done
if [ $strict = 1 ]; then
  [[ $(control rplc Depends) == *"librpl0 (= $version)"* ]] ||
    complain "rplc depends on: $(control rplc Depends)"
  find_one librpl0 "./usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/librpl.so.0"
fi

# --- all of them, in and out --------------------------------------------------

database() {
  local prefix=()
  [ "$(id -u)" = 0 ] || prefix=(fakeroot)
  "${prefix[@]}" dpkg --root="$root" --force-script-chrootless --force-depends \
    --force-not-root --log=/dev/null "$@" >>"$work/dpkg.log" 2>&1
}
if [ "$(id -u)" = 0 ] || command -v fakeroot >/dev/null; then
  mkdir -p "$root/var/lib/dpkg"/{info,updates,triggers}
  : >"$root/var/lib/dpkg/status"
  PATH=$PATH:/usr/sbin:/sbin
  database -i "$work"/made/*.deb || {
    tail "$work/dpkg.log"
    complain "the packages cannot be installed"
  }
  how=installed
else
  for package in librpl0 librpl-dev rplc; do
    dpkg-deb -x "$work/made/${package}_${version}_$architecture.deb" "$root"
  done
  how=unpacked
fi
libraries=$(dirname "$(find "$root/usr" -name librpl.so.0)")
found=$(LD_LIBRARY_PATH=$libraries "$root/usr/bin/rplc" --version) ||
  complain "the installed rplc does not run"
[[ $found == *"${version%-1}"* ]] || complain "rplc --version said: $found"
LD_LIBRARY_PATH=$libraries "$root/usr/bin/rplc" check \
  "$root/usr/share/rpl/policies/cms/gateway.rpl" ||
  complain "the installed rplc cannot compile an installed policy"
gzip -t "$root/usr/share/man/man1/rplc.1.gz" || complain "the man page is broken"

if [ $how = installed ]; then
  database --purge rplc librpl-dev librpl0 || {
    tail "$work/dpkg.log"
    complain "the packages cannot be removed"
  }
  left=$(find "$root" ! -type d -not -path '*/var/lib/dpkg/*' \
    -not -path '*/etc/ld.so.cache' -not -path '*/var/cache/ldconfig/*')
  [ -z "$left" ] || complain "removing left behind: $left"
fi
echo "packages: three packages of version $version, $how and removed"
exit $wrong
