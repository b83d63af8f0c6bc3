// SPDX-License-Identifier: GPL-2.0-or-later
/* image_symbols: tables laid down as kernels do, in both orders; and images that hold none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "lab/image_symbols.h"

#define SYMBOLS 600
#define ROOM	(1 << 20)
#define BASE	0xffffffff81000000ull

/* Token 255 is "tf_", so that names show whether tokens are put together; the others are one letter each. */
static unsigned char image[ROOM];
static size_t end;

static void put(const void *bytes, size_t size)
{
	memcpy(image + end, bytes, size);
	end += size;
}

static void align(void)
{
	end = (end + 7) & ~7ul;
}

static void put_offsets(bool negative)
{
	uint64_t base = BASE;

	for (int32_t i = 0; i < SYMBOLS; i++) {
		int32_t offset = negative ? -1 - i * 16 : i * 16;

		put(&offset, sizeof(offset));
	}
	align();
	put(&base, sizeof(base));
}

/* "tf_123" is a token and three digits. The second byte of a length is there from 128 tokens on. */
static void put_names(uint32_t *markers)
{
	uint64_t count = SYMBOLS;
	size_t begin;

	put(&count, sizeof(count));
	begin = end;
	for (int i = 0; i < SYMBOLS; i++) {
		char digits[16];
		size_t length = snprintf(digits, sizeof(digits), "%d", i), pad = i == 300 ? 200 : 0;
		unsigned char head[3] = { length + 1 + pad, 255 };

		if (i % 256 == 0)
			markers[i / 256] = end - begin;
		if (pad) {
			head[0] = ((length + 1 + pad) & 127) | 128;
			head[1] = (length + 1 + pad) >> 7;
			head[2] = 255;
		}
		put(head, pad ? 3 : 2);
		put(digits, length);
		for (size_t k = 0; k < pad; k++)
			put("x", 1);
	}
	align();
}

static void put_tokens(void)
{
	uint16_t index[256], at = 0;
	size_t begin = end;

	for (int i = 0; i < 256; i++) {
		char text[4] = { i > ' ' && i < 127 ? i : '?' };

		index[i] = at;
		if (i == 255)
			strcpy(text, "tf_");
		put(text, strlen(text) + 1);
		at = end - begin;
	}
	align();
	put(index, sizeof(index));
}

enum layout { BEFORE_NAMES, BEHIND_INDEX };

static void make_image(enum layout layout, bool negative, bool by_alphabet)
{
	uint32_t markers[3];

	memset(image, 0x90, sizeof(image));
	end = 4096;
	if (layout == BEFORE_NAMES)
		put_offsets(negative);
	put_names(markers);
	put(markers, sizeof(markers));
	memset(image + end, 0, 8);
	align();
	if (by_alphabet) {
		for (int i = 0; i < SYMBOLS; i++)
			put((char[]){ i >> 16, i >> 8, i }, 3);
		memset(image + end, 0, 8);
		align();
	}
	put_tokens();
	if (layout == BEHIND_INDEX)
		put_offsets(negative);
	end += 64;
}

struct seen {
	int count;
	bool wrong;
};

static void look(uint64_t address, const char *name, void *context)
{
	struct seen *s = context;
	char wanted[16];

	snprintf(wanted, sizeof(wanted), "f_%d", s->count);
	s->wrong |= address != BASE + s->count * 16ull || strncmp(name, wanted, strlen(wanted));
	s->wrong |= s->count != 300 && strcmp(name, wanted);
	s->count++;
}

static void expect_all(void)
{
	struct seen s = {};

	assert_int_equal(image_symbols(image, end, look, &s), SYMBOLS);
	assert_int_equal(s.count, SYMBOLS);
	assert_false(s.wrong);
}

static void offsets_behind_the_index_are_found(void **state)
{
	(void)state;
	make_image(BEHIND_INDEX, true, false);
	expect_all();
}

static void offsets_before_the_names_are_found(void **state)
{
	(void)state;
	make_image(BEFORE_NAMES, true, false);
	expect_all();
}

static void the_order_by_alphabet_may_lie_between(void **state)
{
	(void)state;
	make_image(BEFORE_NAMES, true, true);
	expect_all();
}

static void offsets_may_all_be_positive(void **state)
{
	(void)state;
	make_image(BEHIND_INDEX, false, true);
	expect_all();
}

static void expect_none(size_t size)
{
	struct seen s = {};

	assert_int_equal(image_symbols(image, size, look, &s), -1);
	assert_non_null(strstr(fault_text(), "no table of symbols"));
	assert_int_equal(s.count, 0);
}

static void an_image_without_a_table_is_a_fault(void **state)
{
	(void)state;
	memset(image, 0, sizeof(image));
	expect_none(sizeof(image));
	memset(image, 0x90, sizeof(image));
	expect_none(sizeof(image));
	expect_none(0);
	expect_none(100);
}

static void a_table_cut_anywhere_is_a_fault(void **state)
{
	(void)state;
	make_image(BEHIND_INDEX, true, false);
	for (size_t size = end - 64 - 8; size > 4096; size -= 640)
		expect_none(size);
}

static void a_wrong_count_of_names_is_a_fault(void **state)
{
	(void)state;
	make_image(BEHIND_INDEX, true, false);
	image[4096]++;
	expect_none(end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_behind_the_index_are_found),
		cmocka_unit_test(offsets_before_the_names_are_found),
		cmocka_unit_test(the_order_by_alphabet_may_lie_between),
		cmocka_unit_test(offsets_may_all_be_positive),
		cmocka_unit_test(an_image_without_a_table_is_a_fault),
		cmocka_unit_test(a_table_cut_anywhere_is_a_fault),
		cmocka_unit_test(a_wrong_count_of_names_is_a_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
