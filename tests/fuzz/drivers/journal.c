// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal of changed settings; what was read and is printed again reads the same. Its sum is put right first. */
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "settings/journal_text.h"

static void again(const struct changes *list)
{
	struct bytes text = journal_print(list);
	struct changes same = {};
	size_t earlier;

	fuzz_hold(!journal_parse(&text, &same, &earlier));
	fuzz_hold(same.n == list->n && !earlier);
	for (size_t i = 0; i < same.n; i++) {
		fuzz_hold(!strcmp(same.change[i].path, list->change[i].path));
		fuzz_hold(same.change[i].found.size == list->change[i].found.size);
		fuzz_hold(!memcmp(same.change[i].found.data, list->change[i].found.data, same.change[i].found.size));
		fuzz_hold(same.change[i].to.size == list->change[i].to.size);
	}
	changes_free(&same);
	free(text.data);
}

static void parse(const char *bytes, size_t size)
{
	struct bytes text = { (char *)bytes, size };
	struct changes list = {};
	size_t earlier;

	if (!journal_parse(&text, &list, &earlier))
		again(&list);
	changes_free(&list);
}

/* "sha256 HEX\n" of what was given, behind it. */
static void parse_mended(const char *bytes, size_t size)
{
	char *text = malloc(size + 80);
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;
	size_t at = size;

	memcpy(text, bytes, size);
	sha256_init(&context);
	sha256_update(&context, size, (const uint8_t *)bytes);
	sha256_digest(&context, sizeof(digest), digest);
	at += sprintf(text + at, "sha256 ");
	for (size_t i = 0; i < sizeof(digest); i++)
		at += sprintf(text + at, "%02x", digest[i]);
	text[at++] = '\n';
	text[at] = '\0';
	parse(text, at);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	knob_file_root(fuzz_folder()); /* where no boot has an id, so that all are of this one */
	parse(text, size);
	parse_mended(text, size);
	free(text);
	return 0;
}
