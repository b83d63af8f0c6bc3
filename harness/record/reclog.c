// SPDX-License-Identifier: GPL-2.0-or-later
/* reclog - records with length and checksum, in a file or in the channel of a lab guest */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "record/reclog.h"

#define WORD	     4
#define HEADER_WORDS 3 /* magic, length, checksum */
#define HEADER_BYTES (HEADER_WORDS * WORD)
#define PAYLOAD_MAX  (64u << 20) /* a length beyond it is no length */

static const char magic[WORD] = "NHR1";

struct reclog {
	int fd;	    /* -1 over an area */
	char *path; /* of the file */
	volatile uint32_t *area;
	size_t size; /* bytes of the area */
	size_t used; /* bytes of whole frames written so far */
};

/* One frame as it lies in the file or area, built in ordinary memory. */
struct frame {
	uint32_t *word;
	size_t words;
};

static uint32_t checksum(const void *payload, size_t length)
{
	struct sha256_ctx context;
	uint32_t first;

	sha256_init(&context);
	sha256_update(&context, length, payload);
	sha256_digest(&context, sizeof(first), (uint8_t *)&first);
	return first;
}

static struct reclog *log_new(int fd, const char *path, void *area, size_t size)
{
	struct reclog *log = xcalloc(1, sizeof(*log));

	*log = (struct reclog){ .fd = fd, .path = xstrdup(path), .area = area, .size = size };
	return log;
}

struct reclog *reclog_create(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);

	if (fd < 0) {
		fault("%s: cannot create: %s", path, strerror(errno));
		return NULL;
	}
	return log_new(fd, path, NULL, 0);
}

struct reclog *reclog_over(void *area, size_t size)
{
	if ((uintptr_t)area % WORD) {
		fault("record area at %p: must be aligned to %d bytes", area, WORD);
		return NULL;
	}
	return log_new(-1, "channel", area, size);
}

static int frame_build(struct frame *frame, const json_t *record)
{
	char *text = record ? json_dumps(record, JSON_COMPACT) : NULL;
	size_t length;

	if (!text)
		return fault("a record could not be built: a value that JSON cannot hold");
	length = strlen(text);
	frame->words = HEADER_WORDS + (length + WORD - 1) / WORD;
	frame->word = length > PAYLOAD_MAX ? NULL : xcalloc(frame->words, WORD);
	if (frame->word) {
		memcpy(&frame->word[0], magic, WORD);
		frame->word[1] = htole32(length);
		frame->word[2] = checksum(text, length);
		memcpy(&frame->word[HEADER_WORDS], text, length);
	}
	free(text);
	return frame->word ? 0 : fault("a record of %zu bytes is too large; the most is %u", length, PAYLOAD_MAX);
}

/*
 * The payload goes first and the magic last, so that a writer that dies in
 * between leaves no frame. By aligned words: the area may be a device's
 * memory, where memcpy's unaligned accesses fault on some machines.
 */
static int area_write(struct reclog *log, const struct frame *frame)
{
	volatile uint32_t *to = log->area + log->used / WORD;

	if (frame->words * WORD > log->size - log->used)
		return fault("channel full: %zu of %zu bytes used, a record needs %zu more", log->used, log->size,
			     frame->words * WORD);
	for (size_t i = 1; i < frame->words; i++)
		to[i] = frame->word[i];
	atomic_thread_fence(memory_order_seq_cst);
	to[0] = frame->word[0];
	atomic_thread_fence(memory_order_seq_cst);
	return 0;
}

/* A frame that fits only in part is cut off again: the file stays a sequence of whole frames. */
static int file_write(struct reclog *log, const struct frame *frame)
{
	const char *bytes = (const char *)frame->word;
	size_t length = frame->words * WORD, done = 0;
	ssize_t n;

	while (done < length) {
		n = pwrite(log->fd, bytes + done, length - done, log->used + done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += n;
	}
	if (done == length)
		return 0;
	fault("%s: cannot write: %s", log->path, strerror(errno));
	if (done && ftruncate(log->fd, log->used) < 0)
		return fault_at("a torn record stays at its end (%s)", strerror(errno));
	return -1;
}

int reclog_append(struct reclog *log, json_t *record)
{
	struct frame frame = {};
	int failed = frame_build(&frame, record);

	json_decref(record);
	if (failed)
		return -1;
	failed = log->area ? area_write(log, &frame) : file_write(log, &frame);
	if (!failed)
		log->used += frame.words * WORD;
	free(frame.word);
	return failed;
}

int reclog_close(struct reclog *log)
{
	int failed = 0;

	if (log->fd >= 0 && fdatasync(log->fd) < 0)
		failed = fault("%s: cannot flush to disk: %s", log->path, strerror(errno));
	if (log->fd >= 0 && close(log->fd) < 0 && !failed)
		failed = fault("%s: cannot close: %s", log->path, strerror(errno));
	free(log->path);
	free(log);
	return failed;
}

/* Reads the frame at `at` into *record; its bytes, or 0 when it is not intact. */
static size_t frame_read(const char *at, size_t left, json_t **record)
{
	uint32_t header[HEADER_WORDS];
	size_t length;

	if (left < HEADER_BYTES)
		return 0;
	memcpy(header, at, HEADER_BYTES);
	length = le32toh(header[1]);
	if (memcmp(header, magic, WORD) || length > PAYLOAD_MAX || length > left - HEADER_BYTES)
		return 0;
	if (checksum(at + HEADER_BYTES, length) != header[2])
		return 0;
	length = (length + WORD - 1) / WORD * WORD;
	if (length > left - HEADER_BYTES)
		return 0;
	*record = json_loadb(at + HEADER_BYTES, le32toh(header[1]), JSON_REJECT_DUPLICATES, NULL);
	return json_is_object(*record) ? HEADER_BYTES + length : 0;
}

size_t reclog_frame(const void *area, size_t size, size_t offset, json_t **record)
{
	size_t length;

	*record = NULL;
	length = frame_read((const char *)area + offset, size - offset, record);
	if (!length)
		json_decref(*record); /* JSON, but no object */
	return length;
}

static bool all_zero(const char *at, size_t left)
{
	while (left && !*at)
		at++, left--;
	return !left;
}

long reclog_scan(const void *area, size_t size, int (*each)(const json_t *record, void *context), void *context,
		 bool *torn)
{
	const char *at = area;
	size_t offset = 0, length;
	json_t *record = NULL;
	long count = 0;
	int stop;

	*torn = false;
	while ((length = frame_read(at + offset, size - offset, &record))) {
		stop = each(record, context);
		json_decref(record);
		record = NULL;
		offset += length;
		count++;
		if (stop)
			return count;
	}
	json_decref(record); /* JSON, but no object */
	*torn = !all_zero(at + offset, size - offset);
	return count;
}

long reclog_read(const char *path, int (*each)(const json_t *record, void *context), void *context, bool *torn)
{
	struct file_map map;
	long count;

	if (file_map(&map, path) < 0)
		return -1;
	count = reclog_scan(map.bytes, map.size, each, context, torn);
	file_unmap(&map);
	return count;
}
