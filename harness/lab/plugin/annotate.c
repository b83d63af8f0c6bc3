// SPDX-License-Identifier: GPL-2.0-or-later
/* annotate - counts one function's instructions each by itself; what they are is told as text */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "annotate.h"
#include "names.h"
#include "tree.h"

#define LINES	  (1u << 14)
#define TEXT_SIZE 256

/* An instruction; other blocks that hold it, too, add to the same counter. */
struct line {
	uint64_t at, executed, opened;
	uint32_t name;
	char *text;
};

static struct line line[LINES];
static unsigned lines, told;
static const char *function;

void annotate_init(const char *name)
{
	function = name;
}

bool annotate_is_on(void)
{
	return function;
}

static bool is_of_function(uint32_t name)
{
	size_t length = strlen(function);
	const char *text = names_text(name);

	return name >= NAMES_FIXED && !strncmp(text, function, length) && (!text[length] || text[length] == '.');
}

/* ---- text ---- */

/* Where a call or a jump to a fixed address goes; 0 for any other instruction. */
static uint64_t target_of(const unsigned char *code, size_t size, uint64_t at)
{
	bool is_near = *code == 0xe8 || *code == 0xe9 || (*code == 0x0f && (code[1] & 0xf0) == 0x80);
	bool is_short = *code == 0xeb || (*code & 0xf0) == 0x70;
	int32_t by;

	if (is_near && size >= 1 + sizeof(by))
		memcpy(&by, code + size - sizeof(by), sizeof(by));
	else if (is_short && size == 2)
		by = (signed char)code[1];
	else
		return 0;
	return at + size + by;
}

/* By its name, because where the kernel lies is another place in each boot. */
static char *text_of_jump(const char *whole, uint64_t target)
{
	uint32_t name = names_at(target);
	char *text = malloc(TEXT_SIZE);
	uint64_t offset = target - names_address(name);
	int verb = strcspn(whole, " \t");

	if (text && name < NAMES_FIXED)
		snprintf(text, TEXT_SIZE, "%.*s %s", verb, whole, names_text(name));
	else if (text && offset)
		snprintf(text, TEXT_SIZE, "%.*s %s+0x%" PRIx64, verb, whole, names_text(name), offset);
	else if (text)
		snprintf(text, TEXT_SIZE, "%.*s %s", verb, whole, names_text(name));
	return text;
}

static char *text_of_bytes(const unsigned char *code, size_t size)
{
	char *text = malloc(3 * size + 1);

	for (size_t i = 0; text && i < size; i++)
		sprintf(text + 3 * i, "%02x ", code[i]);
	return text;
}

/* By a disassembler, where QEMU was built with one. */
static char *text_of(struct qemu_plugin_insn *insn, uint64_t at)
{
	const unsigned char *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);
	char *whole = qemu_plugin_insn_disas(insn), *text;
	uint64_t target = target_of(code, size, at);

	if (!whole || !*whole)
		text = text_of_bytes(code, size);
	else if (target)
		text = text_of_jump(whole, target);
	else
		return whole;
	free(whole);
	return text;
}

/* ---- counting ---- */

static struct line *line_at(struct qemu_plugin_insn *insn, uint32_t name, uint64_t at)
{
	for (unsigned i = 0; i < lines; i++)
		if (line[i].at == at)
			return &line[i];
	if (lines == LINES) {
		tree_dropped++;
		return NULL;
	}
	line[lines] = (struct line){ .at = at, .name = name, .text = text_of(insn, at) };
	return &line[lines++];
}

void annotate_watch(struct qemu_plugin_insn *insn, uint32_t name, uint64_t at)
{
	struct line *l = is_of_function(name) ? line_at(insn, name, at) : NULL;

	if (l)
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_ADD_U64, &l->executed, 1);
}

void annotate_open(void)
{
	for (unsigned i = 0; i < lines; i++)
		line[i].opened = line[i].executed;
}

void annotate_close(FILE *to)
{
	for (; told < lines; told++)
		fprintf(to, "I %u %" PRIu64 " %s %s\n", told, line[told].at - names_address(line[told].name),
			names_text(line[told].name), line[told].text ?: "");
	for (unsigned i = 0; i < lines; i++)
		if (line[i].executed > line[i].opened)
			fprintf(to, "C %u %" PRIu64 "\n", i, line[i].executed - line[i].opened);
}
