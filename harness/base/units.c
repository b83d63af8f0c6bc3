// SPDX-License-Identifier: GPL-2.0-or-later
/* units - sizes, counts and durations as text, both ways, with their ranges */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include "base/fault.h"
#include "base/units.h"

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit byte_units[] = {
	{ "t", 1ull << 40 }, { "g", 1ull << 30 }, { "m", 1ull << 20 }, { "k", 1ull << 10 }, { "", 1 }, {},
};
static const struct unit time_units[] = {
	{ "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 }, {},
};
static const struct unit count_units[] = { { "", 1 }, {} };

/* Exactly, with the largest unit that divides it. */
static char *print(char *buffer, size_t size, const struct unit *unit, uint64_t value)
{
	while (value == 0 ? unit->factor != 1 && unit[1].name : value % unit->factor)
		unit++;
	snprintf(buffer, size, "%" PRIu64 "%s", value / unit->factor, unit->name);
	return buffer;
}

static int check_range(const char *text, const struct unit *units, uint64_t least, uint64_t most, uint64_t value)
{
	char from[32], to[32];

	if (value >= least && value <= most)
		return 0;
	return fault("\"%s\" is out of range: %s to %s", text, print(from, sizeof(from), units, least),
		     print(to, sizeof(to), units, most));
}

static int parse(const char *text, const struct unit *units, const char *example, uint64_t least, uint64_t most,
		 uint64_t *value)
{
	const struct unit *unit;
	uint64_t digits;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return fault("\"%s\" is not a number; write it like %s", text, example);
	errno = 0;
	digits = strtoull(text, &end, 10);
	for (unit = units; unit->name; unit++)
		if (!strcasecmp(end, unit->name))
			break;
	if (!unit->name)
		return fault("\"%s\" has an unknown unit \"%s\"; write it like %s", text, end, example);
	if (errno == ERANGE || __builtin_mul_overflow(digits, unit->factor, value))
		*value = UINT64_MAX;
	return check_range(text, units, least, most, *value);
}

int units_parse_bytes(const char *text, uint64_t least, uint64_t most, uint64_t *bytes)
{
	return parse(text, byte_units, "4096, 64k, 16m or 2g", least, most, bytes);
}

int units_parse_count(const char *text, uint64_t least, uint64_t most, uint64_t *count)
{
	return parse(text, count_units, "512", least, most, count);
}

int units_parse_ns(const char *text, uint64_t least, uint64_t most, uint64_t *ns)
{
	return parse(text, time_units, "50ms, 2s or 100us", least, most, ns);
}

char *units_print_bytes(char *buffer, size_t size, uint64_t bytes)
{
	return print(buffer, size, byte_units, bytes);
}
