/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_command - does what `nodehop lab` was asked for */
#ifndef NODEHOP_LAB_COMMAND_H
#define NODEHOP_LAB_COMMAND_H

#include "campaign/lab_request.h"

/* Boots that guest, and prints what it prints. The exit code: its own, or 2 when there was none. Then boot_free. */
int lab_relay(const struct lab *lab, struct boot *boot);

/* Boots, relays or collects what the guests say. The exit code: the guest's, or 2 when there was none. */
int lab_command(struct lab_request *request);

#endif
