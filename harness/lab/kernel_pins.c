// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel_pins - reads kernels.ini; what becomes of a pin is in kernels.c */
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "base/inifile.h"
#include "lab/kernel_pins.h"

#define PINS_MAX 16

struct pins {
	struct kernel_pin pin[PINS_MAX];
	int count;
};

static struct kernel_pin *pin_of(struct pins *pins, const char *alias)
{
	for (int i = 0; i < pins->count; i++)
		if (!strcmp(pins->pin[i].alias, alias))
			return &pins->pin[i];
	return NULL;
}

static struct kernel_pin *begin_pin(struct pins *pins, const char *alias)
{
	struct kernel_pin *pin = &pins->pin[pins->count];

	if (pins->count == PINS_MAX) {
		fault("more than %d kernels", PINS_MAX);
		return NULL;
	}
	if (!*alias || strlen(alias) >= sizeof(pin->alias) || strchr(alias, '/')) {
		fault("[%s]: a kernel's name has 1 to %zu characters and no slash", alias, sizeof(pin->alias) - 1);
		return NULL;
	}
	strcpy(pin->alias, alias);
	pins->count++;
	return pin;
}

/* Names and versions become names of folders, and words for apt. */
static int take_word(char *target, size_t size, const struct inifile_line *line)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-~:_";
	size_t length = strlen(line->value);

	if (!length || length >= size || strspn(line->value, good) != length || strchr(".-", *line->value))
		return fault("%s = %s: is 1 to %zu characters as Debian's names and versions have", line->key,
			     line->value, size - 1);
	strcpy(target, line->value);
	return 0;
}

static int take_sum(char *target, const struct inifile_line *line)
{
	if (strlen(line->value) != FILE_SHA256_TEXT - 1 || line->value[strspn(line->value, "0123456789abcdef")])
		return fault("sha256 = %s: is %d digits of 0-9 and a-f", line->value, FILE_SHA256_TEXT - 1);
	strcpy(target, line->value);
	return 0;
}

static int take_line(const struct inifile_line *line, void *context)
{
	struct pins *pins = context;
	struct kernel_pin *pin = pin_of(pins, line->section) ?: begin_pin(pins, line->section);

	if (!pin)
		return -1;
	if (line->continues)
		return fault("\"%s\" goes on in a second line", line->key);
	if (!strcmp(line->key, "meta"))
		return take_word(pin->meta, sizeof(pin->meta), line);
	if (!strcmp(line->key, "package"))
		return take_word(pin->package.name, sizeof(pin->package.name), line);
	if (!strcmp(line->key, "version"))
		return take_word(pin->package.version, sizeof(pin->package.version), line);
	if (!strcmp(line->key, "sha256"))
		return take_sum(pin->package.sha256, line);
	return fault("\"%s\" is not a key of a kernel; it has meta, package, version, sha256", line->key);
}

static int check_whole(const char *path, const struct pins *pins)
{
	for (const struct kernel_pin *p = pins->pin; p < pins->pin + pins->count; p++)
		if (!*p->meta || !*p->package.name || !*p->package.version || !*p->package.sha256)
			return fault("%s: [%s] needs all of meta, package, version, sha256", path, p->alias);
	return 0;
}

static int unknown_alias(const struct pins *pins, const char *alias)
{
	char names[PINS_MAX * (sizeof(pins->pin->alias) + 2)] = "";
	size_t used = 0;

	for (int i = 0; i < pins->count; i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "", pins->pin[i].alias);
	return fault("no kernel \"%s\"; there are %s, or give the path of a bzImage, like ./bzImage", alias, names);
}

int kernel_pin_find(const char *path, const char *alias, struct kernel_pin *pin)
{
	struct pins pins = {};

	if (inifile_read(path, NULL, take_line, &pins, NULL) || check_whole(path, &pins))
		return -1;
	if (!pin_of(&pins, alias))
		return unknown_alias(&pins, alias);
	*pin = *pin_of(&pins, alias);
	return 0;
}
