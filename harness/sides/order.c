// SPDX-License-Identifier: GPL-2.0-or-later
/* order - the balanced random order of sides */
#include "sides/order.h"

/* splitmix64: one well mixed bit a call is all that is asked of it. */
static bool toss(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) & 1;
}

void order_pairs(bool *b_first, size_t pairs, uint64_t seed)
{
	for (size_t i = 0; i < pairs; i++)
		b_first[i] = i % 2 ? !b_first[i - 1] : toss(&seed);
}
