# SPDX-License-Identifier: GPL-2.0-or-later
# What the situations on the ordinary machine share, beside tests/tap.sh: whose shell runs a command.
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
nodehop=$PWD/build/nodehop
dir=$(scratch)
chmod 777 "$scratch_root" "$dir"

as() { # USER COMMAND: as if logged in, in a session of its own, in the tree
	su - "$1" -c "cd '$PWD' && $2"
}
