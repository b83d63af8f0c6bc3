// SPDX-License-Identifier: GPL-2.0-or-later
/* csv - numbers as text, and writing tables; reading them is csv_read.c */
#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"

/* ---- numbers ---- */

static locale_t c_locale(void)
{
	static locale_t c;

	if (!c)
		c = newlocale(LC_ALL_MASK, "C", NULL);
	return c;
}

char *csv_print_number(char *buffer, size_t size, double value)
{
	locale_t before = uselocale(c_locale());

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buffer, size, "%.*g", digits, value);
		if (strtod(buffer, NULL) == value)
			break;
	}
	uselocale(before);
	return buffer;
}

int csv_parse_number(const char *text, double *value)
{
	char *end;

	if (!*text || text[strspn(text, "0123456789+-.eE")])
		return fault("\"%s\" is not a finite number", text);
	*value = strtod_l(text, &end, c_locale());
	if (*end || !isfinite(*value))
		return fault("\"%s\" is not a finite number", text);
	return 0;
}

int csv_parse_count(const char *text, uint64_t most, uint64_t *value)
{
	bool overflows = false;
	const char *at = text;

	for (*value = 0; *at >= '0' && *at <= '9'; at++)
		overflows = overflows || __builtin_mul_overflow(*value, 10, value) ||
			    __builtin_add_overflow(*value, *at - '0', value);
	if (at == text || *at || overflows || *value > most)
		return fault("\"%s\" is not a whole number from 0 to %" PRIu64, text, most);
	return 0;
}

/* ---- writing ---- */

struct csv_writer {
	struct file_draft draft;
	size_t columns, fields; /* of the file; of the row being written */
	long rows;
	bool ragged;
};

struct csv_writer *csv_create(const char *path, const char *const *columns)
{
	struct csv_writer *w = xcalloc(1, sizeof(*w));

	if (file_draft_open(&w->draft, path) < 0) {
		free(w);
		return NULL;
	}
	for (; columns[w->columns]; w->columns++)
		fprintf(w->draft.file, "%s%s", w->columns ? "," : "", columns[w->columns]);
	putc('\n', w->draft.file);
	return w;
}

static FILE *next_field(struct csv_writer *w)
{
	if (w->fields++)
		putc(',', w->draft.file);
	return w->draft.file;
}

void csv_text(struct csv_writer *w, const char *text)
{
	csv_fwrite(next_field(w), text, strlen(text));
}

void csv_integer(struct csv_writer *w, int64_t value)
{
	fprintf(next_field(w), "%" PRId64, value);
}

void csv_number(struct csv_writer *w, double value)
{
	char text[32];

	fputs(isfinite(value) ? csv_print_number(text, sizeof(text), value) : "", next_field(w));
}

void csv_row_end(struct csv_writer *w)
{
	w->ragged |= w->fields != w->columns;
	w->fields = 0;
	w->rows++;
	putc('\n', w->draft.file);
}

long csv_close(struct csv_writer *w)
{
	long rows = w->rows;

	if (w->ragged || w->fields) {
		rows = fault("%s: a row was written without its %zu columns", w->draft.path, w->columns);
		file_draft_abandon(&w->draft);
	} else if (file_draft_close(&w->draft) < 0) {
		rows = -1;
	}
	free(w);
	return rows;
}

void csv_abandon(struct csv_writer *w)
{
	file_draft_abandon(&w->draft);
	free(w);
}
