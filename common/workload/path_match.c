/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workload/path_match.h"


#include "base/macros.h"

/* The first row that matches is taken. */
static const struct pattern patterns[] = {
	{ IN_ANY, "docker-", ".scope", SHAPE_ID, ENGINE_DOCKER },
	{ IN_ANY, "libpod-conmon-", ".scope", SHAPE_ID, ENGINE_NONE },
	{ IN_ANY, "libpod-conmon-", "", SHAPE_ID, ENGINE_NONE },
	{ IN_ANY, "libpod-", ".scope", SHAPE_ID, ENGINE_PODMAN },
	{ IN_ANY, "libpod-payload-", "", SHAPE_ID, ENGINE_PODMAN }, /* --cgroups=split: Quadlet */
	{ IN_ANY, "libpod-", "", SHAPE_ID, ENGINE_PODMAN }, /* also with another --cgroup-parent */
	{ IN_ANY, "cri-containerd-", ".scope", SHAPE_ID, ENGINE_CONTAINERD },
	{ IN_ANY, "nerdctl-", ".scope", SHAPE_ID, ENGINE_NERDCTL },
	{ IN_ANY, "crio-conmon-", ".scope", SHAPE_ID, ENGINE_NONE },
	{ IN_ANY, "crio-", ".scope", SHAPE_ID, ENGINE_CRIO },
	{ IN_ANY, "lxc.payload.", "", SHAPE_NAME, ENGINE_LXC },
	{ IN_ANY, "lxc.monitor.", "", SHAPE_NAME, ENGINE_NONE },
	{ IN_ANY, "machine-qemu\\x2d", ".scope", SHAPE_NAME, ENGINE_LIBVIRT },
	{ IN_ANY, "machine-lxc\\x2d", ".scope", SHAPE_NAME, ENGINE_LIBVIRT },
	{ IN_ANY, "machine-", ".scope", SHAPE_NAME, ENGINE_NSPAWN },
	{ IN_ANY, "systemd-nspawn@", ".service", SHAPE_NAME, ENGINE_NSPAWN },
	{ IN_DOCKER, "", "", SHAPE_ID, ENGINE_DOCKER },
	{ IN_LIBPOD, "conmon", "", SHAPE_NOTHING, ENGINE_NONE },
	{ IN_POD, "crio-conmon-", "", SHAPE_ID, ENGINE_NONE },
	{ IN_POD, "crio-", "", SHAPE_ID, ENGINE_CRIO },
	{ IN_POD, "", "", SHAPE_ID, ENGINE_KUBERNETES },
	{ IN_NAMESPACE, "", "", SHAPE_ID, ENGINE_CONTAINERD },
	{ IN_LXC, "", "", SHAPE_NAME, ENGINE_LXC },
};

/* Directories and services in which an engine puts the cgroups of its containers. */
static const struct {
	enum place from;
	const char *name;
	enum place to;
} parents[] = {
	{ IN_ANY, "docker", IN_DOCKER },
	{ IN_ANY, "libpod_parent", IN_LIBPOD },
	{ IN_ANY, "lxc", IN_LXC },
	{ IN_ANY, "kubepods", IN_KUBEPODS },
	{ IN_KUBEPODS, "besteffort", IN_KUBEPODS },
	{ IN_KUBEPODS, "burstable", IN_KUBEPODS },
	{ IN_KUBEPODS, "guaranteed", IN_KUBEPODS },
	{ IN_ANY, "containerd.service", IN_ANY },
	{ IN_ANY, "crio.service", IN_ANY },
	{ IN_ANY, "docker.service", IN_ANY },
	{ IN_ANY, "k3s.service", IN_ANY },
	{ IN_ANY, "k3s-agent.service", IN_ANY },
	{ IN_ANY, "kubelet.service", IN_ANY },
	{ IN_ANY, "rke2-agent.service", IN_ANY },
	{ IN_ANY, "rke2-server.service", IN_ANY },
	{ IN_ANY, "snap.microk8s.daemon-containerd.service", IN_ANY },
};

bool workload_is_id(const char *text, size_t len)
{
	if (len != WORKLOAD_ID)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((text[i] < '0' || text[i] > '9') && (text[i] < 'a' || text[i] > 'f'))
			return false;
	return true;
}

static bool has_shape(struct piece piece, enum shape shape)
{
	switch (shape) {
	case SHAPE_NOTHING:
		return piece.len == 0;
	case SHAPE_ID:
		return workload_is_id(piece.text, piece.len);
	case SHAPE_NAME:
		return piece.len > 0;
	}
	return false;
}

/* libvirt numbers its machines: "3\x2dNAME". Without a number the name is a machine's of nspawn. */
static bool skip_number(struct piece *piece)
{
	struct piece rest = *piece;

	while (rest.len > 0 && *rest.text >= '0' && *rest.text <= '9') {
		rest.text++;
		rest.len--;
	}
	if (rest.len == piece->len || !skip(&rest, "\\x2d") || rest.len == 0)
		return false;
	*piece = rest;
	return true;
}

static bool matches(const struct pattern *pattern, enum place place, struct piece *piece)
{
	struct piece inner = *piece;

	if (pattern->place != IN_ANY && pattern->place != place)
		return false;
	if (!skip(&inner, pattern->before) || !ends_with(inner, pattern->behind))
		return false;
	inner.len -= strlen(pattern->behind);
	if (!has_shape(inner, pattern->shape))
		return false;
	if (pattern->engine == ENGINE_LIBVIRT && !skip_number(&inner))
		return false;
	*piece = inner;
	return true;
}

const struct pattern *path_match(enum place place, struct piece *piece)
{
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		if (matches(&patterns[i], place, piece))
			return &patterns[i];
	return NULL;
}

bool path_match_parent(struct piece piece, enum place *place)
{
	for (size_t i = 0; i < ARRAY_LEN(parents); i++)
		if ((parents[i].from == IN_ANY || parents[i].from == *place) &&
		    is(piece, parents[i].name)) {
			*place = parents[i].to;
			return true;
		}
	return false;
}
