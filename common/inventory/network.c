/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory/network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/array.h"
#include "inventory/model.h"

int network_add_port(struct network *network, uint16_t number, bool udp)
{
	struct network_port *ports;

	if (network->n_ports >= NETWORK_MAX) {
		network->is_cut = true;
		return 1;
	}
	ports = array_reserve(network->ports, network->n_ports + 1, &network->ports_room,
			      sizeof(*ports));
	if (!ports)
		return -ENOMEM;
	network->ports = ports;
	ports[network->n_ports++] = (struct network_port){ number, udp };
	return 0;
}

int network_add_link(struct network *network, const struct network_link *link)
{
	struct network_link *links;

	if (network->n_links >= NETWORK_MAX) {
		network->is_cut = true;
		return 1;
	}
	links = array_reserve(network->links, network->n_links + 1, &network->links_room,
			      sizeof(*links));
	if (!links)
		return -ENOMEM;
	network->links = links;
	links[network->n_links] = *link;
	links[network->n_links++].other = MODEL_NONE;
	return 0;
}

static int compare_ports(const void *left, const void *right)
{
	const struct network_port *a = left, *b = right;

	return a->number != b->number ? a->number - b->number : a->udp - b->udp;
}

void network_sort_ports(struct network *network)
{
	size_t n = 0;

	if (network->n_ports == 0)
		return;
	qsort(network->ports, network->n_ports, sizeof(*network->ports), compare_ports);
	for (size_t i = 0; i < network->n_ports; i++)
		if (n == 0 || compare_ports(&network->ports[n - 1], &network->ports[i]) != 0)
			network->ports[n++] = network->ports[i];
	network->n_ports = n;
}

void networks_free(struct networks *networks)
{
	for (size_t i = 0; i < networks->n; i++) {
		free(networks->list[i].ports);
		free(networks->list[i].links);
	}
	free(networks->list);
	*networks = (struct networks){ .n = 0 };
}
