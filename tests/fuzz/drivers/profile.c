// SPDX-License-Identifier: GPL-2.0-or-later
/* What the lab's plugin writes of a boot, for one trial of three repetitions. What is taken adds up. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../fuzz.h"
#include "functions/calltree.h"
#include "functions/functions.h"
#include "functions/kinds.h"
#include "record/function_table.h"

#define POINT "null" /* its label is 77074ba4 */

static const char rules[] = "function,caller,executor,kind,bytes\n\"copy_page\",\"\",\"\",\"copy\",4096\n"
			    "\"do_syscall_64\",\"\",\"caller\",\"path\",0\n";

static json_t *samples(void)
{
	json_t *record = json_pack("{s:s, s:[s, s, s], s:[]}", "point", POINT, "metrics", "wall_insns", "train",
				   "pages_moved", "rows");

	for (int i = 0; i < 3; i++)
		json_array_append_new(json_object_get(record, "rows"),
				      json_pack("[i, b, s, [i, i, i]]", i, i == 0, "ok", 100 + i, 1, 2));
	return record;
}

static void hold_values(const json_t *record)
{
	const json_t *row, *value;
	size_t i, k;

	json_array_foreach (json_object_get(record, "rows"), i, row)
		json_array_foreach (json_array_get(row, 3), k, value)
			fuzz_hold(json_number_value(value) >= 0);
}

static void take(struct calltree *tree, struct kinds *kinds, bool by_folio)
{
	struct function_table *table = function_table_new();
	json_t *record = samples(), *functions = NULL;

	if (!functions_take(tree, kinds, record, "wall_insns", by_folio, &functions)) {
		hold_values(record);
		if (functions)
			function_table_add(table, functions);
	}
	json_decref(functions);
	json_decref(record);
	function_table_free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kinds *kinds = kinds_load(fuzz_write("kinds.csv", rules, sizeof(rules) - 1));
	struct calltree *tree = calltree_new();

	fuzz_hold(kinds && tree && write(calltree_fd(tree), data ?: (const uint8_t *)"", size) == (ssize_t)size);
	take(tree, kinds, size % 2);
	take(tree, kinds, size % 2); /* a second trial of the point, or none */
	calltree_free(tree);
	kinds_free(kinds);
	return 0;
}
