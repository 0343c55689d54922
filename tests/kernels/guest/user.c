// SPDX-License-Identifier: BSL-1.0
// Runs in the guest: a process that uses a file while something happens to it. Linked statically.
//
//   user run NAME FILE early|default|late with_page|without_page|open [FILE_PAGE]
//       asks for that policy of PR_MCE_KILL, maps the file (or only holds it open), reads the page
//       or does not, and says "user NAME ready PRESENT". On SIGUSR2 it says "user NAME page PRESENT";
//       on SIGUSR1 it reads the page and says
//       "user NAME touch ok" or "user NAME touch faulted CODE". Each SIGBUS that comes by itself is
//       "user NAME signal CODE LSB".
//   user attribute FILE LENGTH
//       gives the file an extended attribute of that length.
//
// Whatever is said is a line appended to /run/log.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { page_size = 4096 };

static const char *name;
static volatile char *page;
static volatile sig_atomic_t touching, requested;  /* the signal that asks */
static volatile char seen;
static sigjmp_buf before_touch;

static void say(const char *format, ...)
{
	char line[256];
	va_list arguments;
	int log = open("/run/log", O_WRONLY | O_APPEND | O_CREAT, 0644);
	int length = snprintf(line, sizeof line, "user %s ", name);

	va_start(arguments, format);
	length += vsnprintf(line + length, sizeof line - length - 1, format, arguments);
	va_end(arguments);
	line[length++] = '\n';
	if (write(log, line, length) != length)
		_exit(3);
	close(log);
}

static void on_bus_error(int signal_number, siginfo_t *about, void *context)
{
	(void)signal_number;
	(void)context;
	if (touching) {
		touching = 0;
		siglongjmp(before_touch, about->si_code);
	}
	say("signal %d %d", about->si_code,
	    about->si_code == BUS_MCEERR_AO || about->si_code == BUS_MCEERR_AR ? about->si_addr_lsb : 0);
}

static void on_request(int signal_number)
{
	requested = signal_number;
}

static void touch(void)
{
	int code = sigsetjmp(before_touch, 1);

	if (code) {
		say("touch faulted %d", code);
		return;
	}
	touching = 1;
	seen = *page;
	touching = 0;
	say("touch ok");
}

static int is_present(void)
{
	uint64_t entry = 0;
	int pagemap = open("/proc/self/pagemap", O_RDONLY);

	if (pagemap < 0 ||
	    pread(pagemap, &entry, sizeof entry, (uintptr_t)page / page_size * sizeof entry) != sizeof entry)
		return -1;
	close(pagemap);
	return entry >> 63 & 1;
}

static int run(char **argument, long file_page)
{
	const char *policy = argument[2], *use = argument[3];
	struct sigaction on_bus = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
	struct sigaction on_asked = {.sa_handler = on_request};
	sigset_t asking, none;
	int file;

	name = argument[0];
	prctl(PR_SET_NAME, name);
	if (strcmp(policy, "default") != 0)
		prctl(PR_MCE_KILL, PR_MCE_KILL_SET,
		      strcmp(policy, "early") == 0 ? PR_MCE_KILL_EARLY : PR_MCE_KILL_LATE, 0, 0);
	sigaction(SIGBUS, &on_bus, NULL);
	sigaction(SIGUSR1, &on_asked, NULL);
	sigaction(SIGUSR2, &on_asked, NULL);
	sigemptyset(&none);
	sigemptyset(&asking);
	sigaddset(&asking, SIGUSR1);
	sigaddset(&asking, SIGUSR2);
	sigprocmask(SIG_BLOCK, &asking, NULL);

	file = open(argument[1], O_RDONLY);
	if (file < 0) {
		say("failed open: %s", strerror(errno));
		return 1;
	}
	if (strcmp(use, "open") != 0) {
		char *mapped = mmap(NULL, (file_page + 1) * page_size, PROT_READ, MAP_SHARED, file, 0);

		if (mapped == MAP_FAILED) {
			say("failed mmap: %s", strerror(errno));
			return 1;
		}
		page = mapped + file_page * page_size;
		if (strcmp(use, "with_page") == 0) {
			int code = sigsetjmp(before_touch, 1);

			if (code) {
				say("failed read: SIGBUS with code %d", code);
				return 1;
			}
			touching = 1;
			seen = *page;
			touching = 0;
		}
	}
	say("ready %d", page ? is_present() : 0);
	for (;;) {
		sigsuspend(&none);
		if (requested == SIGUSR1 && page)
			touch();
		if (requested == SIGUSR2)
			say("page %d", page ? is_present() : 0);
		requested = 0;
	}
}

int main(int count, char **argument)
{
	if (count >= 6 && strcmp(argument[1], "run") == 0)
		return run(argument + 2, count > 6 ? atol(argument[6]) : 3);
	if (count == 4 && strcmp(argument[1], "attribute") == 0) {
		size_t length = strtoul(argument[3], NULL, 10);
		char *value = malloc(length);

		memset(value, 'x', length);
		return setxattr(argument[2], "user.large", value, length, 0) != 0;
	}
	fprintf(stderr, "usage: user run NAME FILE POLICY USE [FILE_PAGE] | user attribute FILE LENGTH\n");
	return 64;
}
