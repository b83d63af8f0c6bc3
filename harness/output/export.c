// SPDX-License-Identifier: GPL-2.0-or-later
/* export - the formats of test cases by name */
#include <string.h>
#include "base/fault.h"
#include "output/export.h"

const struct export_format export_formats[] = {
	{ "gobench", "Go benchmark lines, one per sample (benchstat and others)", export_gobench },
	{ "junit", "JUnit XML, a test case per point", export_junit },
	{ "ktap", "KTAP, a test per point (kselftest, KernelCI)", export_ktap },
	{ "github-summary", "Markdown for $GITHUB_STEP_SUMMARY, cut to its limit", export_github_summary },
	{ "github-annotations", "workflow commands: the ten worst as errors, ten warnings", export_github_annotations },
	{},
};

const struct export_format *export_format_find(const char *name)
{
	const struct export_format *f = export_formats;

	while (f->name && strcmp(f->name, name))
		f++;
	if (f->name)
		return f;
	fault("no format \"%s\"; there are gobench, junit, ktap, github-summary and github-annotations", name);
	return NULL;
}

struct cases *export_cases(const struct export_source *source)
{
	return source->run ? cases_of_run(source->run) : cases_of_comparison(source->comparison);
}
