/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Published ports, read and printed, and pasta's command line. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uplink/pasta.h"
#include "uplink/publish.h"

struct publish_row {
	const char *name, *text;
	const char *spec; /* for pasta; NULL: refused */
	const char *called;
	bool udp;
};

static const struct publish_row rows[] = {
	{ "a port", "8080", "8080:8080", "port 8080", false },
	{ "two ports", "8080:80", "8080:80", "port 8080", false },
	{ "UDP", "53/udp", "53:53", "UDP port 53", true },
	{ "IPv4", "192.0.2.1:8080:80", "192.0.2.1/8080:80", "port 8080 of 192.0.2.1", false },
	{ "IPv4, one port, UDP", "127.0.0.1:53/udp", "127.0.0.1/53:53", "UDP port 53 of 127.0.0.1", true },
	{ "IPv6", "[::1]:22:2222", "::1/22:2222", "port 22 of ::1", false },
	{ "IPv6, the longest", "[1111:2222:3333:4444:5555:6666:123.123.123.123]:65535:65535/udp",
	  "1111:2222:3333:4444:5555:6666:7b7b:7b7b/65535:65535",
	  "UDP port 65535 of 1111:2222:3333:4444:5555:6666:7b7b:7b7b", true },
	{ "the last port", "65535", "65535:65535", "port 65535", false },
	{ "a port too many", "65536", NULL, NULL, false },
	{ "port 0", "0", NULL, NULL, false },
	{ "inner port 0", "80:0", NULL, NULL, false },
	{ "empty", "", NULL, NULL, false },
	{ "no port inside", "80:", NULL, NULL, false },
	{ "no port outside", ":80", NULL, NULL, false },
	{ "three ports", "1:2:3", NULL, NULL, false },
	{ "a range", "80-90", NULL, NULL, false },
	{ "a sign", "+80", NULL, NULL, false },
	{ "blanks", " 80", NULL, NULL, false },
	{ "TCP by name", "80/tcp", NULL, NULL, false },
	{ "two protocols", "80/udp/udp", NULL, NULL, false },
	{ "a protocol in the middle", "80/udp:80", NULL, NULL, false },
	{ "an address alone", "192.0.2.1", NULL, NULL, false },
	{ "an address with a colon", "192.0.2.1:", NULL, NULL, false },
	{ "three bytes", "10.0.1:80", NULL, NULL, false },
	{ "IPv6 without brackets", "::1:80", NULL, NULL, false },
	{ "an open bracket", "[::1:80", NULL, NULL, false },
	{ "IPv6 without a port", "[::1]", NULL, NULL, false },
	{ "IPv4 in brackets", "[192.0.2.1]:80", NULL, NULL, false },
	{ "a zone", "[fe80::1%lo]:80", NULL, NULL, false },
	{ "a name", "localhost:80", NULL, NULL, false },
	{ "very long", "[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]:80", NULL, NULL, false },
};

static void publish(void **state)
{
	const struct publish_row *row = *state;
	struct publish port = { .family = -1 }, again;
	char spec[PUBLISH_TEXT], name[PUBLISH_NAME];

	if (!row->spec) {
		assert_int_equal(publish_parse(row->text, &port), -EINVAL);
		assert_int_equal(port.family, -1);
		return;
	}
	assert_int_equal(publish_parse(row->text, &port), 0);
	publish_print_spec(&port, spec);
	publish_print_name(&port, name);
	assert_string_equal(spec, row->spec);
	assert_string_equal(name, row->called);
	assert_true(port.udp == row->udp);
	/* As a record has it, and is read again. */
	publish_print(&port, spec);
	again = port;
	assert_int_equal(publish_parse(spec, &again), 0);
	assert_memory_equal(&again, &port, sizeof(port));
}

static void join(char *const *argv, char *buf, size_t size)
{
	buf[0] = '\0';
	for (size_t i = 1; argv[i]; i++)
		snprintf(buf + strlen(buf), size - strlen(buf), " %s", argv[i]);
}

#define ALWAYS                                                                                    \
	" -f --config-net --dns-forward 169.254.1.1 --pid /dev/stdout --no-netns-quit"
#define CLOSED " -T none -U none --no-map-gw"
#define BOUND " --outbound-if4 up0"
#define TIGHT " --map-host-loopback none --map-guest-addr none"

/* The loopback is closed unless it is asked for, and no port is forwarded that nobody asked for. */
static void command_is_closed(void **state)
{
	struct uplink uplink = { .n_ports = 0 };
	char text[1024], **argv;

	(void)state;
	argv = pasta_command(&uplink, "up0");
	assert_non_null(argv);
	assert_string_equal(argv[0], PASTA_PATH);
	join(argv, text, sizeof(text));
	assert_string_equal(text, ALWAYS " -t none -u none" CLOSED TIGHT BOUND);
	free(argv);
	uplink_free(&uplink);
}

static void command_is_opened(void **state)
{
	struct uplink uplink = { .host_loopback = true };
	char text[1024], **argv;

	(void)state;
	argv = pasta_command(&uplink, "up0");
	assert_non_null(argv);
	join(argv, text, sizeof(text));
	assert_string_equal(text, ALWAYS " -t none -u none");
	free(argv);
	uplink_free(&uplink);
}

static void command_has_every_port(void **state)
{
	static const char *const texts[] = { "80", "53/udp", "[::1]:81:8", "82" };
	struct uplink uplink = { .ports = calloc(4, sizeof(struct publish)), .n_ports = 4 };
	char text[1024], **argv;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(publish_parse(texts[i], &uplink.ports[i]), 0);
	argv = pasta_command(&uplink, "up0");
	assert_non_null(argv);
	join(argv, text, sizeof(text));
	assert_string_equal(text, ALWAYS " -t 80:80 -t ::1/81:8 -t 82:82 -u 53:53" CLOSED TIGHT BOUND);
	free(argv);
	uplink_free(&uplink);
}

static void probes(void **state)
{
	struct uplink uplink = { .n_ports = 0 };
	char text[1024], **argv, **all, **older;

	(void)state;
	argv = pasta_command(&uplink, "up0");
	assert_non_null(argv);
	all = pasta_probe(argv, PROBE_ALL);
	join(all, text, sizeof(text));
	assert_string_equal(text, ALWAYS " -t none -u none" CLOSED TIGHT BOUND " --version");
	older = pasta_probe(argv, PROBE_OLDER);
	join(older, text, sizeof(text));
	assert_string_equal(text, ALWAYS " -t none -u none" CLOSED BOUND " --version");
	free(all);
	free(older);
	free(argv);
	uplink_free(&uplink);
}

static void last_words(void **state)
{
	static const struct {
		const char *log, *words;
	} logs[] = {
		{ "", "" },
		{ "\n\n", "" },
		{ "one\ntwo", "two" },
		{ "one\ntwo\n\n", "two" },
		{ "1796072443.2772: Couldn't open\nFailed to send 34 bytes to syslog\n", "Couldn't open" },
		{ "12.5: \n", "" },
		{ "No interface\n2001:db8::1\n", "2001:db8::1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
		char text[128];

		snprintf(text, sizeof(text), "%s", logs[i].log);
		assert_string_equal(pasta_last_words(text), logs[i].words);
	}
}

int main(void)
{
	UNIT_ADD_ROWS(publish, rows);
	UNIT_ADD(command_is_closed);
	UNIT_ADD(command_is_opened);
	UNIT_ADD(command_has_every_port);
	UNIT_ADD(probes);
	UNIT_ADD(last_words);
	return unit_run("uplink");
}
