/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * annotation - the instructions of one function, and how often each window executed them, from the lines of calltree.h
 */
#ifndef NODEHOP_ANNOTATION_H
#define NODEHOP_ANNOTATION_H

#include <stddef.h>
#include <stdint.h>

/* An instruction, `offset` bytes behind the start of the function, or of the part of it, that is called `name`. */
struct annotated {
	char *name, *text;
	uint32_t offset;
};

struct annotation {
	struct annotated *insn;
	size_t insns;
};

/* What one window executed of instruction number `insn`. */
struct annotated_count {
	uint32_t insn;
	uint64_t count;
};

/* "NUMBER OFFSET NAME TEXT": numbers count up from 0. 0, or -1 with a fault. */
int annotation_take(struct annotation *a, const char *line);

/* "NUMBER COUNT", of an instruction that was told. 0, or -1 with a fault. */
int annotation_take_count(const struct annotation *a, const char *line, struct annotated_count *count);

void annotation_free(struct annotation *a);

#endif
