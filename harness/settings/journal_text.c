// SPDX-License-Identifier: GPL-2.0-or-later
/* journal_text - the journal's text, printed and read: lengths before bytes, and a checksum */
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "settings/journal_text.h"

#define HEAD	 "nodehop journal 2\n"
#define SUM_LINE (sizeof("sha256 \n") - 1 + 2 * SHA256_DIGEST_SIZE)

/* ---- printing ---- */

/* Of this boot; what the kernel does not tell is the same for all. free() it. */
static char *boot_id(void)
{
	struct bytes id;
	char *text;

	if (knob_file_read("/proc/sys/kernel/random/boot_id", &id))
		return xstrdup("unknown");
	text = xstrndup(id.data, strcspn(id.data, "\n"));
	free(id.data);
	return text;
}

static void print_sum(char line[SUM_LINE + 1], const char *data, size_t size)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sum;
	char *to = line + sprintf(line, "sha256 ");

	sha256_init(&sum);
	sha256_update(&sum, size, (const uint8_t *)data);
	sha256_digest(&sum, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		to += sprintf(to, "%02x", digest[i]);
	strcpy(to, "\n");
}

static void print_change(FILE *out, const struct change *c)
{
	fprintf(out, "%zu %zu %zu\n%s", strlen(c->path), c->found.size, c->to.size, c->path);
	fwrite(c->found.data, 1, c->found.size, out);
	fwrite(c->to.data, 1, c->to.size, out);
	putc('\n', out);
}

struct bytes journal_print(const struct changes *list)
{
	struct bytes text = {};
	char line[SUM_LINE + 1], *id = boot_id();
	FILE *out = open_memstream(&text.data, &text.size);

	if (!out)
		alloc_failed();
	fprintf(out, HEAD "boot %s\n", id);
	for (size_t i = 0; i < list->n; i++)
		print_change(out, &list->change[i]);
	fflush(out);
	print_sum(line, text.data, text.size);
	fputs(line, out);
	if (fclose(out))
		alloc_failed();
	free(id);
	return text;
}

/* ---- reading ---- */

static bool sum_is_right(const struct bytes *text)
{
	char line[SUM_LINE + 1];

	if (text->size < SUM_LINE)
		return false;
	print_sum(line, text->data, text->size - SUM_LINE);
	return !memcmp(line, text->data + text->size - SUM_LINE, SUM_LINE);
}

static struct bytes bytes_copy(const char *data, size_t size)
{
	struct bytes copy = { xcalloc(1, size + 1), size };

	if (!copy.data)
		alloc_failed();
	memcpy(copy.data, data, size);
	return copy;
}

/* One change; where it ends, or NULL. */
static const char *parse_change(const char *from, const char *end, struct changes *list)
{
	size_t path_size, found_size, to_size, left;
	struct bytes path;
	int head = 0;

	if (sscanf(from, "%zu %zu %zu%n", &path_size, &found_size, &to_size, &head) != 3 || from[head] != '\n')
		return NULL;
	from += head + 1;
	left = end - from;
	if (path_size >= left || found_size >= left - path_size || to_size >= left - path_size - found_size)
		return NULL;
	path = bytes_copy(from, path_size);
	from += path_size;
	changes_add(list, path.data, bytes_copy(from, found_size), from + found_size, to_size);
	free(path.data);
	from += found_size + to_size;
	return *from == '\n' ? from + 1 : NULL;
}

static int parse_changes(const char *from, const char *end, struct changes *list)
{
	while (from && from < end)
		from = parse_change(from, end, list);
	return from ? 0 : fault("is damaged");
}

/* A version before parted by tabs, which a value may have in it as well: as many in the old as in the new one. */
static void parse_old_line(const char *line, size_t length, struct changes *list)
{
	const char *path_end = memchr(line, '\t', length), *end = line + length, *middle = path_end;
	size_t tabs = 0;
	char *path;

	for (const char *c = line; c < end; c++)
		tabs += *c == '\t';
	if (tabs < 2 || tabs % 2)
		return;
	for (size_t i = 0; i < tabs / 2; i++)
		middle = memchr(middle + 1, '\t', end - middle - 1);
	path = xstrndup(line, path_end - line);
	changes_add(list, path, bytes_copy(path_end + 1, middle - path_end - 1), middle + 1, end - middle - 1);
	free(path);
}

static int parse_old(const char *from, const char *end, struct changes *list)
{
	for (const char *stop; (stop = memchr(from, '\n', end - from)); from = stop + 1)
		parse_old_line(from, stop - from, list);
	return 0;
}

/* Settings do not outlive a boot. */
static void drop_earlier(const char *id, size_t length, struct changes *list, size_t *earlier)
{
	char *now = boot_id();

	if (strlen(now) != length || memcmp(now, id, length)) {
		*earlier = list->n;
		changes_free(list);
	}
	free(now);
}

static int parse_new(const struct bytes *text, struct changes *list, size_t *earlier)
{
	const char *id = text->data + strlen(HEAD "boot "), *end = text->data + text->size - SUM_LINE, *id_end;

	if (!sum_is_right(text))
		return fault("is damaged: its checksum is wrong");
	id_end = memchr(id, '\n', end - id);
	if (!id_end || parse_changes(id_end + 1, end, list)) {
		changes_free(list);
		return fault("is damaged");
	}
	drop_earlier(id, id_end - id, list, earlier);
	return 0;
}

int journal_parse(const struct bytes *text, struct changes *list, size_t *earlier)
{
	const char *end = text->data + text->size, *line_end = memchr(text->data, '\n', text->size);

	*earlier = 0;
	if (!text->size)
		return 0;
	if (text->size > strlen(HEAD "boot ") && !memcmp(text->data, HEAD "boot ", strlen(HEAD "boot ")))
		return parse_new(text, list, earlier);
	/* a boot's id is 36 characters; "unknown" where the kernel showed none */
	if (!line_end || (line_end - text->data != 36 && (text->size < 8 || memcmp(text->data, "unknown\n", 8))))
		return fault("is not a journal that this nodehop reads");
	parse_old(line_end + 1, end, list);
	drop_earlier(text->data, line_end - text->data, list, earlier);
	return 0;
}
