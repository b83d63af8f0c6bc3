// SPDX-License-Identifier: GPL-2.0-or-later
/* inifile - INI files line by line, and refusing what inih would cut or misread; what keys mean is their readers' */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/inifile.h"
#include "base/text.h"

struct source {
	const char *path;
	char *text;
	size_t size;
	const char *next;  /* the first byte inih has not seen */
	const char *start; /* of the line inih got last */
	int line;	   /* and its number, from 1 */
	int section_line;  /* of the last line that began a section */
	int key_section;   /* the same, when inih got the last key */
	int (*each)(const struct inifile_line *line, void *context);
	void *context;
	const char *const *repeats;
	void *seen;			    /* tree of "[section]" and "[section] key" */
	char section[INIFILE_LINE_MAX + 1]; /* of the last key */
	bool failed;			    /* the fault is stored */
};

/* It may be a pipe, so its length is not known beforehand. */
static void read_whole(struct source *source, FILE *file)
{
	size_t room = 4096;

	do {
		room *= 2;
		source->text = xrealloc(source->text, room + 1);
		source->size += fread(source->text + source->size, 1, room - source->size, file);
	} while (source->size == room && room <= INIFILE_BYTES_MAX);
}

static int source_read(struct source *source)
{
	FILE *file = fopen(source->path, "re");
	int failed;

	if (!file)
		return fault("%s: cannot open: %s", source->path, strerror(errno));
	read_whole(source, file);
	failed = ferror(file);
	if (failed)
		fault("%s: cannot read: %s", source->path, strerror(errno));
	fclose(file);
	if (failed)
		return -1;
	if (source->size == 0)
		return fault("%s: is empty", source->path);
	if (source->size > INIFILE_BYTES_MAX)
		return fault("%s: is larger than %d bytes; is it the right file?", source->path, INIFILE_BYTES_MAX);
	source->text[source->size] = '\0';
	source->next = source->text;
	return 0;
}

/* What inih would misread without a word: NUL bytes, and lines beyond its buffer. */
static int source_check(const struct source *source)
{
	size_t length = 0;
	int line = 1;

	for (size_t i = 0; i < source->size; i++) {
		if (source->text[i] == '\0')
			return fault("%s:%d: a NUL byte; this must be a text file", source->path, line);
		length = source->text[i] == '\n' ? 0 : length + 1;
		if (length > INIFILE_LINE_MAX)
			return fault("%s:%d: longer than %d bytes; continue it on an indented line", source->path, line,
				     INIFILE_LINE_MAX);
		line += source->text[i] == '\n';
	}
	return 0;
}

static char *give_line(char *buffer, int size, void *context)
{
	struct source *source = context;
	const char *end = strchr(source->next, '\n');
	int length = end ? end - source->next + 1 : (int)strlen(source->next);

	if (length == 0 || length >= size)
		return NULL;
	memcpy(buffer, source->next, length);
	buffer[length] = '\0';
	source->start = source->next;
	source->next += length;
	source->line++;
	if (buffer[strspn(buffer, " \t")] == '[')
		source->section_line = source->line;
	return buffer;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A second one would go before the first, or add to it, without a word: it is a mistake. */
static int see(struct source *source, const char *section, const char *key)
{
	char *text = text_append(NULL, "[%s]%s%s", section, *key ? " " : "", key);

	if (*(char **)tsearch(text, &source->seen, compare_texts) == text)
		return 0;
	fault("%s is given twice", text);
	free(text);
	return -1;
}

static bool may_repeat(const struct source *source, const struct inifile_line *line)
{
	for (const char *const *word = source->repeats; word && *word; word++)
		if (!strcmp(*word, line->key) || !strcmp(*word, line->section))
			return true;
	return false;
}

static int see_line(struct source *source, const struct inifile_line *line)
{
	bool new_section = !line->continues && source->key_section != source->section_line;

	source->key_section = source->section_line;
	if (new_section && see(source, line->section, ""))
		return -1;
	return line->continues || may_repeat(source, line) ? 0 : see(source, line->section, line->key);
}

/* inih cuts names without a word. *line is where the name stands. */
static int check_names(const struct source *source, const struct inifile_line *key, int *line)
{
	if (strlen(key->section) > INIFILE_NAME_MAX) {
		*line = source->section_line;
		return fault("the section's name, \"%.20s...\", is longer than %d bytes", key->section,
			     INIFILE_NAME_MAX);
	}
	if (strlen(key->key) > INIFILE_NAME_MAX)
		return fault("the key, \"%.20s...\", is longer than %d bytes", key->key, INIFILE_NAME_MAX);
	return 0;
}

/* inih wants non-zero for success. */
static int take_key(void *context, const char *section, const char *key, const char *value)
{
	struct source *source = context;
	bool same_section = !strcmp(section, source->section);
	struct inifile_line line = { section, key, value, source->line, false };
	int at = source->line;

	if (source->failed)
		return 0;
	line.continues = same_section && isspace((unsigned char)*source->start);
	source->failed = check_names(source, &line, &at) < 0 || see_line(source, &line) < 0;
	snprintf(source->section, sizeof(source->section), "%s", section);
	source->failed = source->failed || source->each(&line, source->context) < 0;
	if (source->failed)
		fault_at("%s:%d", source->path, at);
	return !source->failed;
}

static void sum(const struct source *source, char hex[INIFILE_SHA256_TEXT])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, source->size, (const uint8_t *)source->text);
	sha256_digest(&context, sizeof(digest), digest);
	base16_encode_update(hex, sizeof(digest), digest);
	hex[INIFILE_SHA256_TEXT - 1] = '\0';
}

int inifile_read(const char *path, const char *const *repeats,
		 int (*each)(const struct inifile_line *line, void *context), void *context,
		 char sha256[INIFILE_SHA256_TEXT])
{
	struct source source = { .path = path, .repeats = repeats, .each = each, .context = context };
	int line;

	if (source_read(&source) < 0 || source_check(&source) < 0) {
		free(source.text);
		return -1;
	}
	line = ini_parse_stream(give_line, &source, take_key, &source);
	if (line > 0 && !source.failed)
		fault("%s:%d: neither \"[section]\" nor \"key = value\"", path, line);
	if (sha256)
		sum(&source, sha256);
	tdestroy(source.seen, free);
	free(source.text);
	return line ? -1 : 0;
}
