// SPDX-License-Identifier: GPL-2.0-or-later
/* progress - the voice of a run: lines, a terminal's progress line, nothing, or JSON */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "campaign/progress.h"

static enum voice voice;
static size_t points; /* of all sessions */
static uint64_t start_ns;

void progress_set(enum voice wanted)
{
	voice = wanted;
}

bool progress_is_plain(void)
{
	return voice == VOICE_PLAIN;
}

static void say(json_t *event)
{
	json_dumpf(event, stdout, JSON_COMPACT | JSON_REAL_PRECISION(4));
	putchar('\n');
	fflush(stdout);
	json_decref(event);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void progress_plan(const struct progress_plan *p)
{
	points = p->points * p->sessions;
	start_ns = clock_wall_ns();
	if (voice == VOICE_JSON)
		say(json_pack("{ss sI sI ss si si sI sf}", "event", "plan", "points", (json_int_t)p->points,
			      "to_measure", (json_int_t)p->to_measure, "profile", p->profile, "warmups",
			      (int)p->warmups, "repetitions", (int)p->repetitions, "sessions", (json_int_t)p->sessions,
			      "expected_s", p->expected_s));
	if (voice != VOICE_PLAIN)
		return;
	printf("%zu point%s, %zu to measure, %s profile, %u + %u repetitions, %lu %s%s: about %.0f s\n", p->points,
	       plural(p->points), p->to_measure, p->profile, p->warmups, p->repetitions, p->sessions, p->session,
	       plural(p->sessions), p->expected_s);
	fflush(stdout);
}

static bool on_terminal(void)
{
	return voice == VOICE_PLAIN && isatty(STDERR_FILENO);
}

void progress_wipe(void)
{
	if (on_terminal())
		fputs("\r\033[K", stderr);
}

void progress_point(const struct progress_point *p)
{
	double left_s = (clock_wall_ns() - start_ns) / 1e9 / p->done * (points - p->done);

	if (voice == VOICE_JSON)
		say(json_pack("{ss si sI sI sf ss ss ss}", "event", "point", "session", p->session, "done",
			      (json_int_t)p->done, "of", (json_int_t)points, "left_s", left_s, "point", p->point,
			      "outcome", p->outcome, "reason", p->reason));
	if (!on_terminal())
		return;
	progress_wipe();
	fprintf(stderr, "%zu of %zu points, %.0f s left  %.60s", p->done, points, left_s, p->point);
	if (p->done >= points)
		progress_wipe();
	fflush(stderr);
}

void progress_end(const char *dir, bool complete, int exit_code)
{
	switch (voice) {
	case VOICE_PLAIN:
		printf("%srun folder: %s\n", complete ? "" : "incomplete ", dir);
		break;
	case VOICE_QUIET:
		puts(dir);
		break;
	case VOICE_JSON:
		say(json_pack("{ss ss sb si}", "event", "end", "run", dir, "complete", complete, "exit_code",
			      exit_code));
		break;
	}
}
