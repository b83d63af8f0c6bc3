/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manifest - what a run folder must hold, to the byte
 *
 * manifest.json: {"schema", "complete", "created_utc", "nodehop", "files":
 * {NAME: {"sha256", "rows" (CSV only)}}}. It is written last: a folder
 * without one is no run.
 */
#ifndef NODEHOP_MANIFEST_H
#define NODEHOP_MANIFEST_H

#include <jansson.h>
#include <stdbool.h>

/* Lists the folder's CSV, JSON and XML files, and session logs when incomplete. 0, or -1 with a fault. */
int manifest_write(const char *folder, bool complete);

/*
 * Reads it and holds every file against it. NULL with a fault that names the
 * file and how it differs: missing, empty, cut, longer, edited.
 */
json_t *manifest_load(const char *folder);

#endif
