// SPDX-License-Identifier: GPL-2.0-or-later
/* symbols - the table of a kernel's functions, made once for each image and kept outside the tree */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "lab/bzimage.h"
#include "lab/image_symbols.h"
#include "lab/kernel_cache.h"
#include "lab/symbols.h"

#define UNPACK_LIMIT_S 60
#define SUFFIX	       ".symbols1" /* the number is the form's: another one is another file */

static void write_symbol(uint64_t address, const char *name, void *context)
{
	fprintf(context, "%" PRIx64 " %s\n", address, name);
}

/* Packers end with an error for what lies behind their data, which is the image's size. */
static int unpack(const char *bzimage, const char *to)
{
	static const char script[] = "tail -c +$(($2 + 1)) \"$1\" | head -c $3 | $4 >\"$5\" 2>/dev/null; [ -s \"$5\" ]";
	struct bzimage_payload payload;
	char from[32], count[32];
	const char *words[] = { "bash", "-c", script, "unpack", bzimage, from, count, NULL, to, NULL };

	if (bzimage_payload(bzimage, &payload) < 0)
		return -1;
	words[7] = payload.unpacker;
	snprintf(from, sizeof(from), "%zu", payload.offset);
	snprintf(count, sizeof(count), "%zu", payload.length);
	if (subprocess_run(words, NULL, UNPACK_LIMIT_S, NULL))
		return fault("%s cannot be unpacked; is %.*s installed?", bzimage, (int)strcspn(payload.unpacker, " "),
			     payload.unpacker);
	return 0;
}

/* Under a name of our own first: another nodehop may make the same. */
static int write_table(const char *bzimage, const struct file_map *image, const char *table)
{
	struct file_draft draft;
	char own[16], *path;
	int failed;

	snprintf(own, sizeof(own), "%d", getpid());
	path = file_path(table, own);
	path[strlen(table)] = '-';
	failed = file_draft_open(&draft, path);
	if (!failed && image_symbols(image->bytes, image->size, write_symbol, draft.file) < 0) {
		file_draft_abandon(&draft);
		failed = fault_at("%s", bzimage);
	} else if (!failed) {
		failed = file_draft_close(&draft);
	}
	if (!failed && rename(path, table))
		failed = fault("%s: cannot become %s: %m", path, table);
	free(path);
	return failed;
}

static int make_table(const char *bzimage, const char *table)
{
	int fd = memfd_create("nodehop-kernel", MFD_CLOEXEC), failed;
	struct file_map image;
	char path[48];

	if (fd < 0)
		return fault("no file in memory for an unpacked kernel: %m");
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), fd);
	failed = unpack(bzimage, path) || file_map(&image, path);
	if (!failed) {
		failed = write_table(bzimage, &image, table);
		file_unmap(&image);
	}
	close(fd);
	return failed ? -1 : 0;
}

char *symbols_of_kernel(const char *bzimage)
{
	char name[FILE_SHA256_TEXT + sizeof(SUFFIX)], *folder, *table;

	if (file_sha256(bzimage, name) < 0)
		return NULL;
	strcat(name, SUFFIX);
	folder = kernel_cache_folder();
	if (!folder)
		return NULL;
	table = file_path(folder, name);
	free(folder);
	if (!access(table, R_OK) || !make_table(bzimage, table))
		return table;
	free(table);
	return NULL;
}
