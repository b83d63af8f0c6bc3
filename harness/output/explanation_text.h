/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explanation_text - an explanation as a person reads it, from its record alone */
#ifndef NODEHOP_EXPLANATION_TEXT_H
#define NODEHOP_EXPLANATION_TEXT_H

#include <jansson.h>
#include <stdio.h>

void explanation_print(FILE *out, const json_t *explanation);

#endif
