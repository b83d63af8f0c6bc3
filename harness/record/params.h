/* SPDX-License-Identifier: GPL-2.0-or-later */
/* params - the parameters of a point as one field of points.csv */
#ifndef NODEHOP_PARAMS_H
#define NODEHOP_PARAMS_H

#include <jansson.h>

/* {"batch": 512, "page": "base"} as "batch=512;page=base", sorted by name; free() it. NULL with a fault. */
char *params_print(const json_t *params);

/* The way back; whole numbers become integers. NULL with a fault. */
json_t *params_parse(const char *text);

#endif
