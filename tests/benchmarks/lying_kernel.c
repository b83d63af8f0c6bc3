// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel that lies: with NODEHOP_LIE=N the N-th thing that a rule sees is
 * not what it was. A rule that does not mind is no test (tests/host/check).
 */
#include <stdlib.h>
#include "rule.h"

#define LIE (-4001) /* no status, errno, node or count that any rule promises */

long rule_sees(long got)
{
	static long number;
	const char *lie = getenv("NODEHOP_LIE");

	return lie && ++number == atol(lie) ? LIE : got;
}
