// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trouble - stands in for nodehop in a lab guest, and ends it in the way that
 * the kernel command line says: trouble=panic, hang, eat, babble, fill, exit
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		perror(path);
}

static void eat(void)
{
	for (;;) {
		char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory != MAP_FAILED)
			memset(memory, 1, 1 << 20);
	}
}

static void babble(void)
{
	static char noise[4096];

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = i * 7919 >> 3;
	for (;;)
		if (write(STDOUT_FILENO, noise, sizeof(noise)) < 0)
			break;
}

/* Bytes that are no records, wherever records could be. */
static void fill(void)
{
	int fd = open(getenv("NODEHOP_CHANNEL"), O_RDWR);
	off_t size = lseek(fd, 0, SEEK_END);
	char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (area != MAP_FAILED)
		memset(area + 65536, 0xa5, size - 65536);
}

int main(void)
{
	char line[4096] = "";
	int fd = open("/proc/cmdline", O_RDONLY);

	if (read(fd, line, sizeof(line) - 1) < 0)
		return 3;
	if (strstr(line, "trouble=panic"))
		write_text("/proc/sysrq-trigger", "c");
	if (strstr(line, "trouble=hang"))
		for (;;)
			;
	if (strstr(line, "trouble=eat"))
		eat();
	if (strstr(line, "trouble=babble"))
		babble();
	if (strstr(line, "trouble=fill"))
		fill();
	return strstr(line, "trouble=exit") ? 7 : 0;
}
