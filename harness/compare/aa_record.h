/* SPDX-License-Identifier: GPL-2.0-or-later */
/* aa_record - two runs of the same build on the same machine become an A/A record (aa.h) */
#ifndef NODEHOP_AA_RECORD_H
#define NODEHOP_AA_RECORD_H

#include <jansson.h>
#include <stdio.h>
#include "record/run.h"

/*
 * The record; `session_seconds` is what one session took (0 unknown), `b_first` the order of each pair where
 * sessions were taken in turns (else NULL). Drop it
 * with json_decref. NULL with a fault (fingerprints differ, incomplete, nothing measured).
 */
json_t *aa_record(const struct run *a, const struct run *b, double alpha, double session_seconds, const bool *b_first);

/*
 * Writes it to ROOT/MACHINE/aa/NAME.json; one that was taken in turns is added to what is there, and *record becomes
 * the whole. The path; free() it. NULL with a fault.
 */
char *aa_record_write(json_t **record, const json_t *env, const char *root, const char *name);

/* The margin of each point, and how many of them are tight enough to gate. */
void aa_record_print(FILE *out, const json_t *record);

#endif
