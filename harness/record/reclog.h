/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reclog - the append-only record of a session in progress
 *
 * One format for a file in DIR.part/ and for the shared memory through which
 * a lab guest speaks: frames that each carry their length and checksum, so
 * that whatever was written before a crash can be read and nothing torn is.
 *
 *   frame    "NHR1" u32 length, u32 checksum (first 4 bytes of the payload's
 *            sha256), payload, zeros up to a multiple of 4; little endian
 *   payload  one JSON object with a "kind":
 *     begin    session, seed, schema, argv, mode
 *     env      facts (objects "hard", "soft"; see record/fingerprint.h)
 *     topology xml
 *     metric   name, unit, better, class, meaning
 *     point    point, benchmark, revision, primary, figure, params (object, base units)
 *     samples  order, point, metrics (names), rows: of each repetition an array of rep, warmup, status, values
 *              (an array: a number for each of the metrics, null where it has none)
 *     series   point, rep, series (name), x, y (arrays of numbers)
 *     outcome  point, outcome, reason, detail, settings (of points that came to be measured)
 *     out      stream (1 or 2), text      what a lab guest printed
 *     end      complete                   the session's last record
 */
#ifndef NODEHOP_RECLOG_H
#define NODEHOP_RECLOG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define RECORD_SCHEMA 1

struct reclog;

/* Creates the file (it must not exist). NULL with a fault. */
struct reclog *reclog_create(const char *path);

/*
 * Appends to a shared memory area of `size` bytes (a lab channel, zeroed).
 * The area must outlive the log. NULL with a fault.
 */
struct reclog *reclog_over(void *area, size_t size);

/* Appends one record and drops the reference to it. 0, or -1 with a fault (disk full, channel full). */
int reclog_append(struct reclog *log, json_t *record);

/* Flushes to disk and frees. 0, or -1 with a fault. */
int reclog_close(struct reclog *log);

/*
 * Hands every intact record, in order, to `each` (borrowed reference; return
 * non-zero to stop). Stops at the first frame that is not intact and sets
 * *torn when bytes other than zeros follow. Returns the count of intact
 * records, or -1 with a fault when there is no such file.
 */
long reclog_read(const char *path, int (*each)(const json_t *record, void *context), void *context, bool *torn);
long reclog_scan(const void *area, size_t size, int (*each)(const json_t *record, void *context), void *context,
		 bool *torn);

/*
 * One frame of an area that may still grow: its bytes, with the record in
 * *record (json_decref it), or 0 when no intact frame starts at `offset`.
 */
size_t reclog_frame(const void *area, size_t size, size_t offset, json_t **record);

#endif
