/* SPDX-License-Identifier: GPL-2.0-or-later */
/* knob_report - what is reported of a changed setting that is put back, or cannot be */
#ifndef NODEHOP_KNOB_REPORT_H
#define NODEHOP_KNOB_REPORT_H

/* What became of a change that had been left, or could not be put back. Values are printable text. */
struct knob_report {
	const char *path, *now, *found; /* it reads so, and read so before it was changed */
	const char *why;		/* it is not put back; NULL: it is */
};

#endif
