# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What shell tests share: TAP lines, a scratch folder, looks into a run folder. Source it first; end with tap_done.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
tap_count=0
tap_failed=0
PYTHON=${PYTHON:-/usr/bin/python3}

ok() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1"; }
skip() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1 # SKIP $2"; }
not_ok() { # TEXT [WHY...]
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	shift
	printf '# %s\n' "$@"
}

is() { # TEXT WANTED GOT
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "wanted: $2" "got:    $3"; fi
}
like() { # TEXT PATTERN FILE: the file has the text (a fixed string)
	if grep -qF -- "$2" "$3"; then ok "$1"; else not_ok "$1" "wanted: $2" "in:     $(tail -n 5 "$3")"; fi
}
tap_done() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}

alone() { # tests that measure on this machine wait for each other: there is one lock
	exec 9>"${TMPDIR:-/tmp}/nodehop-test.lock"
	flock 9
}

scratch_root=$(mktemp -d "${TMPDIR:-/tmp}/nodehop-test.XXXXXX")
trap 'rm -rf "$scratch_root"' EXIT
scratch() { # a folder that goes with the test
	mktemp -d "$scratch_root/XXXXXX"
}

wait_for() { # WHAT COMMAND...: at most 10 s
	local what=$1
	shift
	for _ in $(seq 200); do
		"$@" && return 0
		sleep 0.05
	done
	not_ok "waited 10 s for $what"
	return 1
}

point_field() { # RUN COLUMN [KEY-PATTERN]: the column of points.csv, a line a point
	"$PYTHON" - "$@" <<-'PY'
		import csv, re, sys
		pattern = sys.argv[3] if len(sys.argv) > 3 else ""
		with open(sys.argv[1] + "/points.csv", newline="") as file:
		    for row in csv.DictReader(file):
		        if re.search(pattern, row["point"]):
		            print(row[sys.argv[2]])
	PY
}
spread() { # METRIC KEY-PATTERN PERCENT RUN...: "within", or by how much the medians of sessions and runs differ at most
	"$PYTHON" - "$@" <<-'PY'
		import csv, re, statistics, sys
		metric, pattern, limit, *runs = sys.argv[1:]
		medians = {}
		for run in runs:
		    values = {}
		    with open(run + "/samples.csv", newline="") as file:
		        for row in csv.DictReader(file):
		            if row["metric"] == metric and row["warmup"] == "0" and row["status"] == "ok":
		                values.setdefault((row["point"], row["session"]), []).append(float(row["value"]))
		    for (point, session), sample in values.items():
		        medians.setdefault(point, {})[run, session] = statistics.median(sample)
		worst = max(((max(m.values()) / min(m.values()) - 1) * 100, point)
		            for point, m in medians.items() if len(m) > 1 and re.search(pattern, point))
		print("# worst: %.3f %% %s" % worst, file=sys.stderr)
		print("within" if worst[0] <= float(limit) else "%.3f %% %s" % worst)
	PY
}
json_field() { # FILE KEY
	"$PYTHON" -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))[sys.argv[2]]))' "$1" "$2"
}

fake_kernel() { # FILE: passes for a bzImage, and is none
	"$PYTHON" - "$1" <<-'PY'
		import struct, sys
		image = bytearray(4096)
		struct.pack_into("<H", image, 0x1fe, 0xaa55)
		image[0x202:0x206] = b"HdrS"
		struct.pack_into("<H", image, 0x206, 0x20f)
		struct.pack_into("<H", image, 0x236, 1)
		open(sys.argv[1], "wb").write(image)
	PY
}

fake_qemu() { # DIR: from here on QEMU is a script with a child of its own, whose guests never give a sign of life
	mkdir "$1"
	cat >"$1/qemu-system-x86_64" <<-'SH'
		#!/bin/bash
		[ "$1" = --version ] && { echo "QEMU emulator version 7.2.22 (none)"; exit; }
		[[ "$*" == *probe=on* ]] && { echo "no plugins in a script" >&2; exit 1; }
		sleep 300
		exit
	SH
	chmod +x "$1/qemu-system-x86_64"
	PATH=$1:$PATH
}

lab_facts() { # NODEHOP TOPOLOGY-FILE KERNEL: `hard` becomes what make_run.py needs for a run of this very lab, with its $identity and $version
	local append possible
	# What possible CPUs add to it is no part of the fact.
	append=$("$1" lab "$2" --kernel "$3" --seed 1 --possible-cpus 1 --print | "$PYTHON" -c '
import shlex, sys
words = shlex.split(sys.stdin.read())
print(words[words.index("-append") + 1])')
	possible=$("$1" topo --topology "$2" | sed -n '1s/.*, \([0-9]*\) possible.*/\1/p')
	version=$(qemu-system-x86_64 --version | sed -n 's/.*version //p')
	identity="sha256:$(sha256sum <"$3" | cut -d' ' -f1)"
	# shellcheck disable=SC2034	# the caller uses it
	hard=("--hard=kernel.image=\"$identity\"" "--hard=append=\"$append\"" "--hard=qemu.version=\"$version\""
		"--hard=possible_cpus=${possible:-1}" "--hard=topology.sha256=\"$(sha256sum <"$2" | cut -d' ' -f1)\"")
}

test_guest() { # DIR: makes DIR/build/nodehop, whose guests have the benchmarks that misbehave
	mkdir -p "$1/build/lab"
	cp build/nodehop-test "$1/build/nodehop"
	harness/lab/make-image "$1/build/lab/image.cpio" build/lab/init "$1/build/nodehop"
	ln -s "$PWD/build/lab/functions.so" "$1/build/lab"
	ln -s "$PWD/topologies" "$PWD/harness" "$1"
}

trouble_guest() { # DIR: makes DIR/build/nodehop, whose guests run tests/tools/trouble.c in the place of nodehop
	mkdir -p "$1/build/lab"
	cp build/nodehop "$1/build/nodehop"
	harness/lab/make-image "$1/build/lab/image.cpio" build/lab/init build/tests/tools/trouble
	ln -s "$PWD/build/lab/functions.so" "$1/build/lab"
	ln -s "$PWD/topologies" "$PWD/harness" "$1"
}
