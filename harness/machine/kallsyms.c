// SPDX-License-Identifier: GPL-2.0-or-later
/* kallsyms - the kernel's symbols by address, as far as this user may see them */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/kallsyms.h"

#define PATH "/proc/kallsyms"

struct symbol {
	uint64_t address;
	char *name;
};

struct kallsyms {
	struct symbol *symbol;
	size_t n;
};

static void add_symbol(struct kallsyms *k, uint64_t address, const char *name)
{
	k->symbol = xgrow(k->symbol, k->n, sizeof(*k->symbol));
	k->symbol[k->n++] = (struct symbol){ address, xstrdup(name) };
}

/* "ffffffff81000000 T _text": functions only. */
static int read_all(struct kallsyms *k, FILE *file)
{
	uint64_t address;
	char line[512], type, name[256];

	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%" SCNx64 " %c %255s", &address, &type, name) == 3 && strchr("tTwW", type) && address)
			add_symbol(k, address, name);
	return k->n ? 0 : fault(PATH ": addresses are hidden from this user (kptr_restrict)");
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

struct kallsyms *kallsyms_load(const char *root)
{
	struct kallsyms *k = xcalloc(1, sizeof(*k));
	FILE *file = sysfile_open(root, PATH);
	int failed = file ? read_all(k, file) : -1;

	if (file)
		fclose(file);
	if (!failed) {
		qsort(k->symbol, k->n, sizeof(*k->symbol), by_address);
		return k;
	}
	kallsyms_free(k);
	return NULL;
}

const char *kallsyms_name(const struct kallsyms *k, uint64_t address)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (k->symbol[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && k->symbol[low - 1].name ? k->symbol[low - 1].name : "?";
}

void kallsyms_free(struct kallsyms *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->symbol[i].name);
	free(k->symbol);
	free(k);
}
