// SPDX-License-Identifier: GPL-2.0-or-later
/* diagnose - what a guest's console says about how it ended */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "lab/bzimage.h"
#include "lab/diagnose.h"

#define TAIL_LINES     3
#define LINE_MAX_BYTES 160

/* A line that says more than the last ones do. */
static const char *const telling[] = { "Kernel panic", "Out of memory", "KVM internal error",
				       "qemu-system-x86_64:", NULL };

/* What a kernel without an option says, or init under it. */
static const struct symptom {
	const char *text, *means;
} symptoms[] = { { "Unable to mount root fs", "the kernel lacks CONFIG_BLK_DEV_INITRD=y (the guest's image)" },
		 { "Cannot open root device", "the kernel lacks CONFIG_BLK_DEV_INITRD=y (the guest's image)" },
		 { "No working init found", "the kernel lacks CONFIG_BLK_DEV_INITRD=y (the guest's image)" },
		 { "Failed to execute /init (error -8)", "the kernel lacks CONFIG_BINFMT_ELF=y (its programs)" },
		 { "nodehop-init: no NUMA", "the kernel lacks CONFIG_NUMA=y (nodes)" },
		 { "nodehop-init: nodes are missing",
		   "a kernel argument hides nodes (numa=off, mem=, memmap=), or the kernel lacks CONFIG_ACPI_NUMA=y" },
		 { "nodehop-init: no PCI bus", "the kernel lacks CONFIG_PCI=y (the channel), or pci=off was given" },
		 { "nodehop-init: no channel", "the kernel lacks CONFIG_PCI=y (the channel), or pci=off was given" },
		 {} };

/* ---- lines ------------------------------------------------------------------- */

/* One line without control characters and escape sequences, cut to its buffer. Empty for a blank one. */
static void clean(const char *line, size_t length, char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < length && used + 1 < size; i++) {
		if (line[i] == '\033') {
			while (i + 1 < length && !isalpha((unsigned char)line[i + 1]))
				i++;
			i++;
		} else if (isprint((unsigned char)line[i]) && (used || line[i] != ' ')) {
			text[used++] = line[i];
		}
	}
	while (used && text[used - 1] == ' ')
		used--;
	text[used] = '\0';
}

static void append_line(char *text, size_t size, const char *line)
{
	size_t used = strlen(text);

	if (*line && used < size)
		snprintf(text + used, size - used, "%s%s", used ? " | " : "", line);
}

static const char *line_start(const char *console, const char *at)
{
	while (at > console && at[-1] != '\n')
		at--;
	return at;
}

static bool report_symptoms(const char *console, char *text, size_t size)
{
	char line[LINE_MAX_BYTES];

	for (int i = 0; telling[i]; i++) {
		const char *at = strstr(console, telling[i]);

		if (!at)
			continue;
		at = line_start(console, at);
		clean(at, strcspn(at, "\n"), line, sizeof(line));
		append_line(text, size, line);
		return true;
	}
	return false;
}

void diagnose_tail(const char *console, char *text, size_t size)
{
	const char *start = console + strlen(console);
	char line[LINE_MAX_BYTES];

	text[0] = '\0';
	if (report_symptoms(console, text, size))
		return;
	for (int lines = 0; start > console && lines < TAIL_LINES;) {
		start = line_start(console, start - 1);
		clean(start, strcspn(start, "\n"), line, sizeof(line));
		lines += *line != '\0';
	}
	while (*start) {
		clean(start, strcspn(start, "\n"), line, sizeof(line));
		append_line(text, size, line);
		start += strcspn(start, "\n");
		start += *start == '\n';
	}
	if (!*text)
		snprintf(text, size, "nothing");
}

void diagnose_no_start(const char *console, const char *kernel, char *text, size_t size)
{
	char tail[500], lacking[500];
	int lacks;

	diagnose_tail(console, tail, sizeof(tail));
	for (const struct symptom *s = symptoms; s->text; s++)
		if (strstr(console, s->text)) {
			snprintf(text, size, "%s; its console: %s", s->means, tail);
			return;
		}
	lacks = bzimage_lacks(kernel, lacking, sizeof(lacking));
	if (lacks > 0)
		snprintf(text, size, "%s; its console: %s", lacking, tail);
	else if (lacks == 0)
		snprintf(text, size, "its configuration has all that the lab needs; its console: %s", tail);
	else if (!strcmp(tail, "nothing"))
		snprintf(
			text, size,
			"its console is silent: it lacks CONFIG_SERIAL_8250_CONSOLE=y, died before, or needs more time "
			"here (--deadline TIME)");
	else
		snprintf(text, size, "its console: %s", tail);
}
