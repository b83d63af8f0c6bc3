// SPDX-License-Identifier: GPL-2.0-or-later
/* A JSON file, taken for a comparison, an A/A record and one that was taken in turns; what was accepted can be written. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "../fuzz.h"
#include "base/json.h"
#include "compare/compare.h"
#include "judging/aa.h"
#include "judging/aa_parts.h"
#include "output/compare_format.h"
#include "output/export.h"

static FILE *nowhere(void)
{
	static FILE *file;

	if (!file)
		file = fopen("/dev/null", "w");
	return file;
}

static void as_comparison(const json_t *json)
{
	struct comparison *c = json ? compare_from_json(json) : NULL, *again;
	json_t *back;

	if (!c)
		return;
	compare_write_text(nowhere(), c, true);
	compare_write_markdown(nowhere(), c, true);
	compare_write_csv(nowhere(), c, true);
	compare_write_lkml(nowhere(), c, true);
	for (const struct export_format *f = export_formats; f->name; f++)
		f->write(nowhere(), &(struct export_source){ .comparison = c });
	compare_exit(c);
	back = compare_to_json(c);
	again = back ? compare_from_json(back) : NULL;
	fuzz_hold(again != NULL);
	fuzz_hold(compare_exit(again) == compare_exit(c));
	compare_free(again);
	json_decref(back);
	compare_free(c);
}

static int look(const char *point, const char *metric, const struct aa_point *found, void *context)
{
	struct aa_point same;

	fuzz_hold(found->margin >= 0 && isfinite(found->margin));
	fuzz_hold(aa_lookup(context, point, metric, &same));
	return 0;
}

static void as_record(const char *path)
{
	struct aa *aa = aa_new();
	struct aa_parts *parts;

	if (!aa_add(aa, path))
		aa_each(aa, look, aa);
	aa_free(aa);
	parts = aa_parts_load(path);
	if (!parts)
		return;
	free(aa_parts_describe(parts));
	free(aa_parts_doubt(parts));
	aa_parts_free(parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_write("record.json", data, size);
	json_t *json = json_file_read(path);

	as_comparison(json);
	json_decref(json);
	as_record(path);
	return 0;
}
