// SPDX-License-Identifier: GPL-2.0-or-later
/* folder_name - makes folder names out of what firmware, kernels and users call things */
#include <ctype.h>
#include <string.h>
#include "base/alloc.h"
#include "base/folder_name.h"

char *folder_name(const char *name)
{
	char *folder = xstrdup(name), *to = folder;

	for (const char *from = name; *from; from++)
		if (isalnum((unsigned char)*from) || *from == '.' || *from == '_')
			*to++ = *from;
		else if (to > folder && to[-1] != '-')
			*to++ = '-';
	if (to > folder && to[-1] == '-')
		to--;
	*to = '\0';
	return folder;
}
