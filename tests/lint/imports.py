#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the libraries ask of the system, and that they keep no global state.

    imports.py LIBRARY.so LIBRARY.a [LIBRARY.so LIBRARY.a]...

A shared library may import only the functions below, so none that ends the
process, prints, reads the clock, the locale or the environment, or makes memory
executable; one object alone may open files, that which reads time zone data, and
one call what a host granted. No object of the static library may have writable
data, but for tables that the linker relocates and then protects. Prints one line
for each breach and exits with 1 if there is one.
"""
import os
import re
import subprocess
import sys

# Memory and texts; free and realloc are the default allocator, and bcmp is what
# clang makes of memcmp.
ALLOWED = {"bcmp", "free", "realloc", "memchr", "memcmp", "memcpy", "memmove", "memset",
           "snprintf", "strchr", "strlen"}
# What flex and bison put into librpl: errno around no call of ours, the streams
# that a scanner without a buffer would read and write (ours always has one), and
# malloc for the parser's stack, bounded by RPL_MAX_PARSER_DEPTH.
ALLOWED_COMPILER = {"__errno_location", "malloc", "qsort", "stdin", "stdout",
                    "strcmp", "strstr"}
# What one object alone may ask for: the data of named zones, where the host has
# no reader of its own; sources, where it asks for files; libffi for providers, which is never asked for closures.
ALLOWED_OBJECTS = {
    "zone_source.c.o": {"fclose", "ferror", "fopen", "fread"},
    "source_file.c.o": {"fclose", "ferror", "fopen", "fread"},
    "ffi.c.o": {"dlsym", "ffi_call", "ffi_prep_cif", "ffi_type_pointer",
                "ffi_type_sint32", "ffi_type_sint64", "ffi_type_sint8",
                "ffi_type_uint32", "ffi_type_uint8"}}
ALLOWED_SOMEWHERE = set().union(*ALLOWED_OBJECTS.values())
# The compiler's own: start-up, stack protector, hardened forms of the above; and
# what the C library knows of the processor.
RUNTIME = re.compile(r"^(_ITM_\w+|__cxa_finalize|__gmon_start__|__stack_chk_fail"
                     r"|__tls_get_addr|__x86_get_cpuid_feature_leaf)$")
WRITABLE = re.compile(r"^\.(data|bss|tdata|tbss)(?!\.rel\.ro)")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def imports(library):
    """Names that a shared library takes from elsewhere, versions cut off."""
    return {line.split()[-1].split("@")[0] for line in
            run("nm", "-D", "--undefined-only", library).splitlines()}


def writable(archive):
    """Objects of an archive that have writable data."""
    name, found = "", set()
    for line in run("readelf", "-SW", archive).splitlines():
        if line.startswith("File:"):
            name = line[line.rindex("(") + 1:-1]
        section = re.match(r"\s*\[\s*\d+\]\s+(\S+)\s+\S+\s+\S+\s+\S+\s+(\S+)",
                           line)
        if section and WRITABLE.match(section[1]) and int(section[2], 16):
            found.add(f"{name}: {section[1]}")
    return found


def outsiders(archive):
    """Objects of an archive that ask for what another one alone may."""
    for line in run("nm", "-A", "--undefined-only", archive).splitlines():
        place, name = line.rsplit(":", 1)[0], line.split()[-1]
        if name in ALLOWED_SOMEWHERE and not any(
                place.endswith(known) and name in names
                for known, names in ALLOWED_OBJECTS.items()):
            yield f"{os.path.basename(place)} asks for {name}"


def main(arguments):
    wrong = 0
    for shared, archive in zip(arguments[::2], arguments[1::2]):
        allowed = ALLOWED | ALLOWED_SOMEWHERE
        if "librplvm" not in os.path.basename(shared):
            allowed |= ALLOWED_COMPILER
        for name in sorted(imports(shared)):
            plain = re.sub(r"^__(\w+)_chk$", r"\1", name)
            if not (plain in allowed or plain.startswith("rpl_")
                    or RUNTIME.match(name)):
                print(f"{os.path.basename(shared)}: asks for {name}")
                wrong += 1
        for place in sorted(outsiders(archive)):
            print(f"{os.path.basename(archive)}: {place}")
            wrong += 1
        for place in sorted(writable(archive)):
            print(f"{os.path.basename(archive)}({place}): writable data")
            wrong += 1
    print(f"{len(arguments) // 2} libraries, {wrong} wrong")
    return 1 if wrong or len(arguments) < 2 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
