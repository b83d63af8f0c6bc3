/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order - which side goes first in each pair of sessions
 *
 * Blocks of two pairs are ABBA or BAAB at random: a drift hits both sides alike,
 * and a slot that is always slower cancels out, which a fixed order would
 * report as a change with great confidence.
 */
#ifndef NODEHOP_ORDER_H
#define NODEHOP_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets b_first of every pair; the same seed gives the same order. */
void order_pairs(bool *b_first, size_t pairs, uint64_t seed);

#endif
