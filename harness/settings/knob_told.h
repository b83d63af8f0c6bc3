/* SPDX-License-Identifier: GPL-2.0-or-later */
/* knob_told - what is told of a changed setting when it is put back, or is not */
#ifndef NODEHOP_KNOB_TOLD_H
#define NODEHOP_KNOB_TOLD_H

/* What became of a change that had been left, or could not be put back. Values are printable text. */
struct knob_told {
	const char *path, *now, *found; /* it reads so, and read so before it was changed */
	const char *why;		/* it is not put back; NULL: it is */
};

#endif
