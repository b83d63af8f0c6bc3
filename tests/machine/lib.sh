# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the situations on the ordinary machine share, beside tests/tap.sh: whose shell runs a command, what came of points.
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
dir=$(scratch)
chmod 777 "$scratch_root" "$dir"
ln -s "$PWD/build/nodehop" "$dir/nodehop"
PATH=$dir:$PATH
# shellcheck disable=SC2034	# situations use it
base=(size=2m page=base)	# what most situations move

as() { # USER COMMAND: as if logged in, in a session of its own, in the tree
	su - "$1" -c "PATH=$dir:\$PATH; cd '$PWD' && $2"
}
service() { # [-p PROPERTY...] COMMAND: as a unit of systemd
	systemd-run --wait --pipe -q --working-directory="$PWD" -E PATH "$@"
}
confined() { # FILE VALUE COMMAND...: in a cpuset of its own, as container engines make them
	local root=/sys/fs/cgroup file=$1 value=$2 code
	shift 2
	echo +cpuset >$root/cgroup.subtree_control
	mkdir $root/narrow && echo "$value" >"$root/narrow/$file"
	(echo "$BASHPID" >$root/narrow/cgroup.procs && exec "$@")
	code=$?
	rmdir $root/narrow
	echo -cpuset >$root/cgroup.subtree_control
	return $code
}
outcomes() { # RUN [KEY-PATTERN]: "outcome reason" of its points, each once
	paste -d ' ' <(point_field "$1" outcome "${2:-}") <(point_field "$1" reason "${2:-}") | sed 's/ $//' | sort -u
}
measured() { # TEXT RUN [KEY-PATTERN]: the points were measured and found right, however the times of this machine scatter
	is "$1" "" "$(outcomes "$2" "${3:-}" | grep -vE '^(ok|unstable .*)$')"
}
none_broken() { # TEXT LOG: a check's lines
	is "$1" "" "$(grep -A1 '^not ok ' "$2" | head -n 8 | sed 's,^,  ,')"
}
