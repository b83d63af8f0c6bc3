// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * export_gobench - the samples of a run as Go benchmark lines
 *
 *   key: value                       facts of the run
 *   Unit page-ns better=lower        what a unit means
 *   BenchmarkMovePages/size=16m/batch=512 1 8213.5 page-ns ...
 *
 * One line per repetition, with all its metrics. A unit is the metric's name,
 * with its base unit behind a hyphen where readers know how to scale it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/env_text.h"
#include "base/csv.h"
#include "base/fault.h"
#include "output/export.h"

struct line {
	FILE *out;
	const struct run *run;
	int session, rep; /* of the open line; -1: none is open */
	size_t point;
};

/* ---- names and units ----------------------------------------------------------------- */

/* "page_ns" becomes "page-ns": the part behind the hyphen is what tools scale. */
static void write_unit(FILE *out, const struct run_metric *m)
{
	const char *last = strrchr(m->name, '_');
	bool scaled = last && (!strcmp(last, "_ns") || !strcmp(last, "_insns"));

	for (const char *c = m->name; *c; c++)
		putc(scaled && c == last ? '-' : isspace((unsigned char)*c) ? '_' : *c, out);
}

/* move_pages: BenchmarkMovePages; what follows "Benchmark" must not be a small letter. */
static const char *write_benchmark(FILE *out, const char *key)
{
	bool start = true;

	fputs("Benchmark", out);
	for (; *key && *key != ' '; key++) {
		if (*key != '_')
			putc(start ? toupper((unsigned char)*key) : *key == '/' ? '_' : *key, out);
		start = *key == '_';
	}
	return key;
}

/* Parameters as /name=value. A name that ends in -DIGITS would be read as a count of CPUs: it gets one. */
static void write_name(FILE *out, const char *key)
{
	const char *end = key + strlen(key), *digits = end;

	for (key = write_benchmark(out, key); *key; key++)
		putc(*key == ' ' ? '/' : isspace((unsigned char)*key) || *key == '/' ? '_' : *key, out);
	while (digits > key && isdigit((unsigned char)digits[-1]))
		digits--;
	if (digits < end && digits[-1] == '-')
		fputs("-1", out);
}

/* ---- head ------------------------------------------------------------------------------ */

/* Keys have small letters and no blanks; a value is the rest of the line. */
static void write_config(FILE *out, const char *key, const char *value)
{
	fprintf(out, "%s: ", key);
	for (; *value; value++)
		putc((unsigned char)*value < 32 ? ' ' : *value, out);
	putc('\n', out);
}

static void write_units(FILE *out, const struct run *run)
{
	for (size_t i = 0; i < run->metrics; i++) {
		const struct run_metric *m = &run->metric[i];
		bool ranked = strcmp(m->better, "neither"), exact = !strcmp(m->class, "exact");

		if (!ranked && !exact)
			continue;
		fputs("Unit ", out);
		write_unit(out, m);
		if (ranked)
			fprintf(out, " better=%s", m->better);
		fprintf(out, "%s\n", exact ? " assume=exact" : "");
	}
}

/* ---- samples --------------------------------------------------------------------------- */

static void end_line(struct line *line)
{
	if (line->rep >= 0)
		putc('\n', line->out);
	line->rep = -1;
}

static bool is_quoted(const struct run *run, const struct run_sample *s)
{
	const char *outcome = run->point[s->point].outcome;

	return !s->warmup && !strcmp(s->status, "ok") && strcmp(run->metric[s->metric].class, "untimed") &&
	       (!strcmp(outcome, "ok") || !strcmp(outcome, "unstable"));
}

static int each_sample(const struct run_sample *s, void *context)
{
	struct line *line = context;
	char number[32];

	if (!is_quoted(line->run, s))
		return 0;
	if (line->rep != s->rep || line->session != s->session || line->point != s->point) {
		end_line(line);
		write_name(line->out, line->run->point[s->point].key);
		fputs(" 1", line->out);
		line->rep = s->rep;
		line->session = s->session;
		line->point = s->point;
	}
	fprintf(line->out, " %s ", csv_print_number(number, sizeof(number), s->value));
	write_unit(line->out, &line->run->metric[s->metric]);
	return 0;
}

int export_gobench(FILE *out, const struct export_source *source)
{
	struct line line = { .out = out, .run = source->run, .rep = -1 };
	int r;

	if (!source->run)
		return fault("gobench lines are made of samples: give a run folder");
	write_config(out, "machine", env_machine(source->run->env));
	write_config(out, "mode", env_mode(source->run->env));
	write_config(out, "kernel", env_kernel(source->run->env));
	write_config(out, "commit", env_commit(source->run->env));
	write_units(out, source->run);
	r = run_samples(source->run, each_sample, &line);
	end_line(&line);
	return r;
}
