// SPDX-License-Identifier: GPL-2.0-or-later
/* annotation - reads the plugin's lines of single instructions; which windows they are of is calltree's */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "functions/annotation.h"

#define INSNS_MAX (1u << 14) /* the plugin tells no more */

int annotation_take(struct annotation *a, const char *line)
{
	unsigned number, offset;
	char name[256];
	int text;

	if (sscanf(line, "%u %u %255s%n", &number, &offset, name, &text) < 3 || number != a->insns ||
	    number >= INSNS_MAX)
		return fault("an instruction out of order");
	if (!(a->insns & (a->insns - 1)))
		a->insn = xrealloc(a->insn, (a->insns ? 2 * a->insns : 1) * sizeof(*a->insn));
	text += line[text] == ' ';
	a->insn[a->insns++] = (struct annotated){ xstrdup(name), xstrdup(line + text), offset };
	return 0;
}

int annotation_take_count(const struct annotation *a, const char *line, struct annotated_count *count)
{
	char end;

	if (sscanf(line, "%" SCNu32 " %" SCNu64 "%c", &count->insn, &count->count, &end) != 2 ||
	    count->insn >= a->insns)
		return fault("a count of no instruction");
	return 0;
}

void annotation_free(struct annotation *a)
{
	for (size_t i = 0; i < a->insns; i++) {
		free(a->insn[i].name);
		free(a->insn[i].text);
	}
	free(a->insn);
}
