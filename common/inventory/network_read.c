/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "inventory/model.h"
#include "inventory/network.h"
#include "inventory/scan.h"

int networks_read(const struct scan *scan, const struct model *model, const unsigned *what,
		  struct networks *ret)
{
	int rc;

	ret->list = calloc(model->n_nodes + 1, sizeof(*ret->list));
	if (!ret->list)
		return -ENOMEM;
	ret->n = model->n_nodes;
	rc = networks_ask(scan, model, what, ret);
	for (size_t i = 0; rc == 0 && i < ret->n; i++) {
		const struct ns_node *node = &model->nodes[i];
		struct network *network = &ret->list[i];
		unsigned missing = (network->has_ports ? 0 : what[i] & NETWORK_PORTS) |
				   (network->has_links ? 0 : what[i] & NETWORK_LINKS);

		if (missing && node->process != MODEL_NONE)
			rc = network_read_proc(scan->proc, model->processes[node->process].pid,
					       node->ino, missing, network);
		network_sort_ports(network);
	}
	return rc;
}
