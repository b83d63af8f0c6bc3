// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest left in the memory it shares with us: frames whose checksums are put right first, or nothing would be read. */
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "lab/channel_host.h"
#include "record/reclog.h"

#define HEADER 12

static int take(const json_t *record, void *context)
{
	fuzz_hold(json_is_object(record));
	++*(long *)context;
	return 0;
}

/* The first byte is even: every frame gets the checksum that it should have. */
static void mend(uint8_t *area, size_t size)
{
	size_t at = 0;

	while (size - at >= HEADER) {
		uint32_t length;
		struct sha256_ctx context;

		memcpy(&length, area + at + 4, sizeof(length));
		if (length > size - at - HEADER)
			return;
		sha256_init(&context);
		sha256_update(&context, length, area + at + HEADER);
		sha256_digest(&context, 4, area + at + 8);
		length = (length + 3) / 4 * 4;
		if (length > size - at - HEADER)
			return;
		at += HEADER + length;
	}
}

/* The host polls while the guest writes; a dead guest's area is scanned. Both see the same. */
static void read_area(uint8_t *area, size_t size)
{
	static struct channel channel;
	const char *const none[] = { NULL };
	struct channel_job job = { .argv = none, .env = none, .lab = json_object(), .nodes = 2 };
	long polled = 0, scanned = 0;
	bool torn;

	if (!channel.area)
		fuzz_hold(!channel_create(&channel, &job));
	json_decref(job.lab);
	channel.seen = 0;
	memcpy(channel.area + CHANNEL_RECORDS_OFFSET, area, size);
	fuzz_hold(!channel_poll(&channel, take, &polled));
	fuzz_hold(reclog_scan(channel.area + CHANNEL_RECORDS_OFFSET, size, take, &scanned, &torn) == scanned);
	fuzz_hold(polled == scanned);
	memset(channel.area + CHANNEL_RECORDS_OFFSET, 0, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *area;

	if (!size || size > 1 << 16)
		return 0;
	area = (uint8_t *)fuzz_text(data + 1, size - 1);
	if (!(*data & 1))
		mend(area, size - 1);
	read_area(area, size - 1);
	free(area);
	return 0;
}
