/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of /proc/net, and the limit of what is read of a network. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/model.h"
#include "inventory/network.h"

static const struct {
	const char *line;
	bool udp, is_open;
	uint16_t port;
} sockets[] = {
	{ "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 0", false, true, 8080 },
	{ "1234: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0", false,
	  true, 22 },
	{ "   0: 0100007F:1F90 0100007F:1234 01 00000000:00000000", false, false, 0 },
	{ "   0: 0100007F:1F90 00000000:0000 07 00000000:00000000", false, false, 0 },
	{ "  12: 00000000:0035 00000000:0000 07 00000000:00000000", true, true, 53 },
	{ "  12: 00000000:0035 08080808:0035 01 00000000:00000000", true, false, 0 },
	{ "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt", false, false, 0 },
	{ "   0: 0100007F:1F90 00000000:0000", false, false, 0 },
	{ "", true, false, 0 },
};

static void a_line_is_a_socket_that_anybody_may_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sockets); i++) {
		uint16_t port = 0;

		if (network_parse_socket(sockets[i].line, sockets[i].udp, &port) != sockets[i].is_open ||
		    port != sockets[i].port)
			fail_msg("row %zu: %s", i, sockets[i].line);
	}
}

static const struct {
	const char *line, *name;
} devices[] = {
	{ "    lo: 9056 105 0 0", "lo" },
	{ "abcdefghijklmno:   1 0", "abcdefghijklmno" },
	{ "a,b>c: 0", "a,b>c" },
	{ "abcdefghijklmnop: 1 0", NULL },
	{ "Inter-|   Receive                                                |  Transmit", NULL },
	{ " face |bytes    packets errs: drop", NULL },
	{ ": 1", NULL },
	{ "lo", NULL },
};

static void a_line_is_an_interface(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		char name[NETWORK_NAME] = "";

		if (network_parse_device(devices[i].line, name) != (devices[i].name != NULL) ||
		    strcmp(name, devices[i].name ? devices[i].name : "") != 0)
			fail_msg("row %zu: %s", i, devices[i].line);
	}
}

static void no_more_is_read_than_the_limit(void **state)
{
	const struct network_link link = { .name = "lo" };
	struct networks networks = { .n = 0 };
	struct network one = { .n_ports = 0 };

	(void)state;
	for (int i = 0; i < NETWORK_MAX; i++) {
		assert_int_equal(network_add_port(&one, (uint16_t)i, false), 0);
		assert_int_equal(network_add_link(&one, &link), 0);
	}
	assert_false(one.is_cut);
	assert_int_equal(network_add_port(&one, 1, true), 1);
	assert_true(one.is_cut);
	one.is_cut = false;
	assert_int_equal(network_add_link(&one, &link), 1);
	assert_true(one.is_cut);
	assert_int_equal(one.n_ports, NETWORK_MAX);
	assert_int_equal(one.links[5].other, MODEL_NONE);
	networks.list = calloc(1, sizeof(one));
	assert_non_null(networks.list);
	networks.list[0] = one;
	networks.n = 1;
	networks_free(&networks);
	assert_null(networks.list);
}

int main(void)
{
	UNIT_ADD(a_line_is_a_socket_that_anybody_may_call);
	UNIT_ADD(a_line_is_an_interface);
	UNIT_ADD(no_more_is_read_than_the_limit);
	return unit_run("network");
}
