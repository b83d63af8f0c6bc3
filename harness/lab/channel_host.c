// SPDX-License-Identifier: GPL-2.0-or-later
/* channel_host - the host's side of a guest's channel: makes it, follows what the guest writes */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fault.h"
#include "lab/channel_host.h"
#include "record/reclog.h"

/* A guest's write to a page that finds no room kills QEMU; so all pages that a run may need are taken now. */
static int map_new(struct channel *channel)
{
	int error;

	channel->fd = memfd_create("nodehop-channel", MFD_CLOEXEC);
	if (channel->fd < 0)
		return fault("no memory for the guest's records: %s", strerror(errno));
	error = ftruncate(channel->fd, CHANNEL_BYTES) ? errno : posix_fallocate(channel->fd, 0, CHANNEL_BYTES);
	if (!error) {
		channel->area = mmap(NULL, CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, channel->fd, 0);
		error = channel->area == MAP_FAILED ? errno : 0;
	}
	if (!error)
		return 0;
	channel->area = NULL;
	close(channel->fd);
	return fault("no memory for the guest's records (%u MiB): %s", CHANNEL_BYTES >> 20, strerror(error));
}

/* Appends the strings, each with its NUL, at *at; how many, or -1 when they reach beyond the job's area. */
static int put_strings(struct channel *channel, size_t *at, const char *const *strings)
{
	int n = 0;

	for (; strings[n]; n++) {
		size_t size = strlen(strings[n]) + 1;

		if (n == CHANNEL_STRINGS_MAX || *at + size > CHANNEL_RECORDS_OFFSET)
			return fault("the guest's command line is too long; at most %d words and %d KiB",
				     CHANNEL_STRINGS_MAX, (CHANNEL_RECORDS_OFFSET - CHANNEL_JOB_OFFSET) >> 10);
		memcpy(channel->area + *at, strings[n], size);
		*at += size;
	}
	return n;
}

static int put_job(struct channel *channel, const struct channel_job *job, size_t *at)
{
	json_t *root = json_pack("{s:O}", "lab", job->lab);
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	size_t size = text ? strlen(text) + 1 : 0;
	int failed = !text || CHANNEL_JOB_OFFSET + size > CHANNEL_RECORDS_OFFSET;

	if (!failed)
		memcpy(channel->area + CHANNEL_JOB_OFFSET, text, size);
	*at = CHANNEL_JOB_OFFSET + size;
	json_decref(root);
	free(text);
	return failed ? fault("the lab's facts take %zu bytes, more than the channel has room for", size) : 0;
}

int channel_create(struct channel *channel, const struct channel_job *job)
{
	struct channel_header header = { .nodes = job->nodes, .settle_ms = job->settle_ms, .exit_code = -1 };
	size_t at = 0;
	int argc, envc;

	*channel = (struct channel){};
	if (map_new(channel) < 0)
		return -1;
	if (put_job(channel, job, &at) < 0)
		goto failed;
	header.strings_offset = at;
	argc = put_strings(channel, &at, job->argv);
	envc = argc < 0 ? -1 : put_strings(channel, &at, job->env);
	if (envc < 0)
		goto failed;
	header.strings_bytes = at - header.strings_offset;
	header.argc = argc;
	header.envc = envc;
	memcpy(header.magic, CHANNEL_MAGIC, sizeof(header.magic));
	memcpy(channel->area, &header, sizeof(header));
	return 0;
failed:
	channel_close(channel);
	return -1;
}

int channel_poll(struct channel *channel, int (*each)(const json_t *record, void *context), void *context)
{
	const char *records = channel->area + CHANNEL_RECORDS_OFFSET;
	size_t size = CHANNEL_BYTES - CHANNEL_RECORDS_OFFSET, length;
	json_t *record;
	int failed;

	while ((length = reclog_frame(records, size, channel->seen, &record))) {
		channel->seen += length;
		failed = each(record, context);
		json_decref(record);
		if (failed)
			return -1;
	}
	return 0;
}

const volatile struct channel_header *channel_header(const struct channel *channel)
{
	return (const volatile struct channel_header *)channel->area;
}

void channel_close(struct channel *channel)
{
	if (!channel->area)
		return;
	munmap(channel->area, CHANNEL_BYTES);
	close(channel->fd);
	*channel = (struct channel){};
}
