# Every test prints TAP, and the harness counts every case.

include tests/unit/local.mk

# Scripts: see the head of tests/cli/lib.sh. They must be executable.
CLI_TESTS = \
	tests/cli/abbreviations.t \
	tests/cli/bootstrap.t \
	tests/cli/bpf-code.t \
	tests/cli/check.t \
	tests/cli/clocks.t \
	tests/cli/completions.t \
	tests/cli/docs-examples.t \
	tests/cli/docs-pages.t \
	tests/cli/docs-switch.t \
	tests/cli/docs.t \
	tests/cli/doctor-leaks.t \
	tests/cli/doctor.t \
	tests/cli/elevated.t \
	tests/cli/engines-cgroup2.t \
	tests/cli/engines-systemd.t \
	tests/cli/engines.t \
	tests/cli/explain.t \
	tests/cli/follows.t \
	tests/cli/filters.t \
	tests/cli/fork.t \
	tests/cli/help.t \
	tests/cli/helper.t \
	tests/cli/harness.t \
	tests/cli/hints.t \
	tests/cli/refusals.t \
	tests/cli/ids-env.t \
	tests/cli/install.t \
	tests/cli/json.t \
	tests/cli/kernels.t \
	tests/cli/libraries.t \
	tests/cli/like-target.t \
	tests/cli/looks-return.t \
	tests/cli/maps.t \
	tests/cli/multicall.t \
	tests/cli/options-bad.t \
	tests/cli/packages.t \
	tests/cli/picture.t \
	tests/cli/pin-processors.t \
	tests/cli/pins-crowd.t \
	tests/cli/pin-sets.t \
	tests/cli/pins.t \
	tests/cli/pty-jobs.t \
	tests/cli/pty.t \
	tests/cli/run-as.t \
	tests/cli/scenarios.t \
	tests/cli/security.t \
	tests/cli/signals.t \
	tests/cli/scope-refusals.t \
	tests/cli/scopes.t \
	tests/cli/smoke.t \
	tests/cli/subids.t \
	tests/cli/view.t \
	tests/cli/xnsenter-cgroup.t \
	tests/cli/xnsenter-hints.t \
	tests/cli/xnsenter-ids.t \
	tests/cli/xnsenter-kernel.t \
	tests/cli/xnsenter-mounts.t \
	tests/cli/xnsenter-named.t \
	tests/cli/xnsenter-overwrite.t \
	tests/cli/xnsenter-rights.t \
	tests/cli/xnsenter-wait.t \
	tests/cli/xnsenter.t
RTNETLINK_TESTS = \
	tests/cli/identifiers.t \
	tests/cli/xnetns-dropin.t \
	tests/cli/xnetns-elsewhere.t \
	tests/cli/xnetns-exec.t \
	tests/cli/xnetns-explain.t \
	tests/cli/xnetns-monitor.t \
	tests/cli/xnetns-store.t \
	tests/cli/xnetns-user-end.t \
	tests/cli/xnetns-uplink.t \
	tests/cli/xnetns-user-kills.t \
	tests/cli/xnetns-user.t \
	tests/cli/xnetns.t
TABLE_TESTS = \
	tests/cli/xnsls-groups.t \
	tests/cli/xnsls-held.t \
	tests/cli/xnsls-kernel.t \
	tests/cli/xnsls-mounted.t \
	tests/cli/xnsls-networks.t \
	tests/cli/xnsls-output.t \
	tests/cli/xnsls-scan.t \
	tests/cli/xnsls-silent.t \
	tests/cli/xnsls-watch.t \
	tests/cli/xnsls-workload.t \
	tests/cli/xnsls.t

# These put xns into root file systems, look at all that it opens, preload or start it by the hundred, which
# sanitizers disturb.
LOOKS_AT_ITSELF = \
	tests/cli/beside.t \
	tests/cli/cgroups.t \
	tests/cli/drop.t \
	tests/cli/effects.t \
	tests/cli/hostile-mounts.t \
	tests/cli/hostile-root.t \
	tests/cli/lifetimes.t \
	tests/cli/limits.t \
	tests/cli/limits-engines.t \
	tests/cli/mounts-bubblewrap.t \
	tests/cli/mounts-options.t \
	tests/cli/mounts-readonly.t \
	tests/cli/mounts.t \
	tests/cli/rights.t \
	tests/cli/root.t \
	tests/cli/uplink.t \
	tests/cli/xnsenter-safety.t
RTNETLINK_LOOKS = \
	tests/cli/xnetns-connect.t \
	tests/cli/xnetns-crash.t \
	tests/cli/xnetns-crowd.t \
	tests/cli/xnetns-halfway.t \
	tests/cli/xnetns-kills.t \
	tests/cli/xnetns-lock.t
TABLE_LOOKS = \
	tests/cli/xnsls-proc.t

if HAVE_RTNETLINK
CLI_TESTS += $(RTNETLINK_TESTS)
LOOKS_AT_ITSELF += $(RTNETLINK_LOOKS)
endif
if HAVE_TABLES
CLI_TESTS += $(TABLE_TESTS)
LOOKS_AT_ITSELF += $(TABLE_LOOKS)
endif
CLI_TESTS += $(LOOKS_AT_ITSELF)

# A release has all, whatever the build that packs it can do.
EXTRA_DIST += $(CLI_TESTS) $(RTNETLINK_TESTS) $(RTNETLINK_LOOKS) $(TABLE_TESTS) $(TABLE_LOOKS)
EXTRA_DIST += tests/cli/refusals.list tests/cli/refusals.py tests/cli/refusals_follow.py
EXTRA_DIST += tests/cli/box.sh
EXTRA_DIST += tests/cli/cgroup_kills.py
EXTRA_DIST += tests/cli/completions.py
EXTRA_DIST += tests/cli/crowd.sh
EXTRA_DIST += tests/cli/docs.awk
EXTRA_DIST += tests/cli/docs.sh
EXTRA_DIST += tests/cli/hostile.sh
EXTRA_DIST += tests/cli/lib.sh
EXTRA_DIST += tests/cli/netns.sh tests/cli/netns-user.sh
EXTRA_DIST += tests/cli/cgroups.sh tests/cli/engines.sh tests/cli/private.sh
EXTRA_DIST += tests/cli/docs-population.sh tests/cli/leak.py tests/cli/supervisor.py tests/cli/terminal.py tests/cli/terminal.sh
EXTRA_DIST += tests/cli/uplink.sh tests/cli/uplink_net.py

# Programs for the scripts; needs_programs in lib.sh.
# They look at themselves as a program that xns has started: no sanitizer's threads or handlers.
self_cflags = $(AM_CFLAGS) $(XNS_UNSANITIZED)
self_ldflags = $(AM_LDFLAGS) $(XNS_UNSANITIZED)
check_PROGRAMS += tests/cli/captor
tests_cli_captor_LDADD =
tests_cli_captor_CFLAGS = $(self_cflags)
tests_cli_captor_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/entrant
tests_cli_entrant_LDADD =
tests_cli_entrant_CFLAGS = $(self_cflags)
tests_cli_entrant_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/filter
tests_cli_filter_LDADD =
tests_cli_filter_CFLAGS = $(self_cflags)
tests_cli_filter_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/gate.so
tests_cli_gate_so_SOURCES = tests/cli/gate.c
tests_cli_gate_so_LDADD =
tests_cli_gate_so_CFLAGS = $(self_cflags) -fPIC
tests_cli_gate_so_LDFLAGS = -shared $(XNS_UNSANITIZED)
check_PROGRAMS += tests/cli/frozen
tests_cli_frozen_CFLAGS = $(self_cflags)
tests_cli_frozen_LDFLAGS = $(self_ldflags)

check_PROGRAMS += tests/cli/hoarder
tests_cli_hoarder_LDADD =
tests_cli_hoarder_CFLAGS = $(self_cflags)
tests_cli_hoarder_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/holder
tests_cli_holder_LDADD = -lpthread
tests_cli_holder_CFLAGS = $(self_cflags)
tests_cli_holder_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/linger
tests_cli_linger_LDADD =
tests_cli_linger_CFLAGS = $(self_cflags)
tests_cli_linger_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/inmate
tests_cli_inmate_LDADD = -lpthread
tests_cli_inmate_CFLAGS = $(self_cflags)
tests_cli_inmate_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/job
tests_cli_job_LDADD =
tests_cli_job_CFLAGS = $(self_cflags)
tests_cli_job_LDFLAGS = $(self_ldflags)
if HAVE_LIBSUBID
check_PROGRAMS += tests/cli/libsubid_xnstest.so
endif
tests_cli_libsubid_xnstest_so_SOURCES = tests/cli/libsubid_xnstest.c
tests_cli_libsubid_xnstest_so_LDADD =
tests_cli_libsubid_xnstest_so_CFLAGS = $(self_cflags) -fPIC
tests_cli_libsubid_xnstest_so_LDFLAGS = -shared $(XNS_UNSANITIZED)
check_PROGRAMS += tests/cli/overwriter
tests_cli_overwriter_LDADD =
tests_cli_overwriter_CFLAGS = $(self_cflags)
tests_cli_overwriter_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/cli/probe
tests_cli_probe_LDADD =
tests_cli_probe_CFLAGS = $(self_cflags)
tests_cli_probe_LDFLAGS = $(self_ldflags)

check_PROGRAMS += tests/cli/stranger
tests_cli_stranger_LDADD =
tests_cli_stranger_CFLAGS = $(self_cflags)
tests_cli_stranger_LDFLAGS = $(self_ldflags)

# Command lines through the installed tools and through ours: tests/compat/README.md.
COMPAT_TESTS = \
	tests/compat/nsenter.t \
	tests/compat/unshare.t \
	tests/compat/upstream.t
if HAVE_RTNETLINK
COMPAT_TESTS += tests/compat/ip-netns.t
endif
if HAVE_TABLES
COMPAT_TESTS += tests/compat/lsns.t
endif

check_PROGRAMS += tests/compat/probe
tests_compat_probe_LDADD =
tests_compat_probe_CFLAGS = $(self_cflags)
tests_compat_probe_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/compat/launch
tests_compat_launch_LDADD =
tests_compat_launch_CFLAGS = $(self_cflags)
tests_compat_launch_LDFLAGS = $(self_ldflags)
ALL_COMPAT_TESTS = tests/compat/ip-netns.t tests/compat/lsns.t tests/compat/nsenter.t \
	tests/compat/unshare.t
EXTRA_DIST += $(ALL_COMPAT_TESTS) $(ALL_COMPAT_TESTS:.t=.list) \
	$(ALL_COMPAT_TESTS:.t=.differences) \
	tests/compat/README.md tests/compat/references tests/compat/list-options.sh \
	tests/compat/options/util-linux-2.38.1 tests/compat/options/util-linux-2.41.5 \
	tests/compat/options/util-linux-2.42.4 tests/compat/compat.py tests/compat/lists.py tests/compat/chance.classes tests/compat/chance.py tests/compat/chance_lines.py \
	tests/compat/references.py tests/compat/apt.sh tests/compat/fetch.sh tests/compat/fetch-source.sh \
	tests/compat/setup.sh tests/compat/upstream.t tests/compat/upstream.py tests/compat/ip-ours.sh \
	tests/compat/netns-ours.sh tests/compat/netns-reference.sh tests/compat/surroundings.py

# Every system call fails once: tests/fault/sweep.py. A sample is part of make check.
FAULT_TESTS = \
	tests/fault/memory.t \
	tests/fault/sweep.t

check_PROGRAMS += tests/fault/inject
tests_fault_inject_LDADD =
tests_fault_inject_CFLAGS = $(self_cflags)
tests_fault_inject_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/fault/witness
tests_fault_witness_LDADD =
tests_fault_witness_CFLAGS = $(self_cflags)
tests_fault_witness_LDFLAGS = $(self_ldflags)
check_PROGRAMS += tests/fault/pasta
tests_fault_pasta_LDADD =
tests_fault_pasta_CFLAGS = $(self_cflags)
tests_fault_pasta_LDFLAGS = $(self_ldflags)
EXTRA_DIST += $(FAULT_TESTS) tests/fault/memory.py tests/fault/memory.supp tests/fault/scenarios.py \
	tests/fault/machine.py tests/fault/sweep.py tests/fault/verdict.py tests/fault/workbench.py

# Parsers and what must hold of them: seeds in corpus/TARGET, run by replay.c here and by libFuzzer in
# "make fuzz".
FUZZ_TARGETS = \
	tests/fuzz/algebra \
	tests/fuzz/argv \
	tests/fuzz/cgroup \
	tests/fuzz/environ \
	tests/fuzz/escape \
	tests/fuzz/idmap \
	tests/fuzz/mountinfo \
	tests/fuzz/numbers \
	tests/fuzz/stat \
	tests/fuzz/status \
	tests/fuzz/subid
if HAVE_TABLES
FUZZ_TARGETS += tests/fuzz/filter
endif
if HAVE_LIBJANSSON
FUZZ_TARGETS += tests/fuzz/state
endif
if HAVE_RTNETLINK
FUZZ_TARGETS += tests/fuzz/netlink
endif
FUZZ_TESTS = \
	tests/fuzz/replay.t
check_LIBRARIES = tests/fuzz/libreplay.a
tests_fuzz_libreplay_a_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz.h
check_PROGRAMS += $(FUZZ_TARGETS)
EXTRA_DIST += $(FUZZ_TESTS) tests/fuzz/corpus tests/fuzz/fuzz.sh

# How many instructions a start takes, and how large the program is, beside what is on record.
BENCH_TESTS = tests/bench/growth.t tests/bench/instructions.t tests/bench/size.t
EXTRA_DIST += $(BENCH_TESTS) tests/bench/instructions tests/bench/measure.sh tests/bench/record.sh tests/bench/size \
	tests/bench/size.sh

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
else
TESTS += tests/unit/cmocka-missing.t
endif
TESTS += $(OBJECT_TESTS) $(CLI_TESTS) $(COMPAT_TESTS) $(FAULT_TESTS) $(BENCH_TESTS) $(FUZZ_TESTS)

# A main() for the fuzz targets: the others have their own.
LDADD = $(XNS_TEST_LDFLAGS) tests/fuzz/libreplay.a cmd/libapplets.a common/libxns.a $(CMOCKA_LIBS) $(XNS_LIBS)

EXTRA_DIST += tests/README.md tests/coverage.sh tests/vm.sh

TEST_EXTENSIONS = .t
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
T_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
	XNS_HARNESS=1; export XNS_HARNESS; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	XNS_BUILDDIR='$(abs_top_builddir)'; export XNS_BUILDDIR; \
	XNS_SRCDIR='$(abs_top_srcdir)'; export XNS_SRCDIR; \
	XNS_VERSION='$(PACKAGE_VERSION)'; export XNS_VERSION; \
	XNS_APPLETS='$(APPLETS)'; export XNS_APPLETS; \
	XNS_FUZZ_TARGETS='$(FUZZ_TARGETS)'; export XNS_FUZZ_TARGETS; \
	XNS_UNIT_TESTS='$(UNIT_TESTS)'; export XNS_UNIT_TESTS;

# Measurements beside the installed tools; they fail nothing. BENCH: arguments.
BENCH_TOOLS = tests/bench/floor tests/bench/netns_floor tests/bench/population tests/bench/race
check_PROGRAMS += $(BENCH_TOOLS)
tests_bench_floor_LDADD =
tests_bench_netns_floor_LDADD =
tests_bench_population_LDADD =
tests_bench_population_CFLAGS = $(self_cflags)
tests_bench_population_LDFLAGS = $(self_ldflags)
tests_bench_race_LDADD =
EXTRA_DIST += tests/bench/bench.py tests/bench/bench.svg tests/bench/MEASURED.md tests/bench/idle.py tests/bench/listing.py
bench: all $(BENCH_TOOLS:=$(EXEEXT))
	XNS_BUILDDIR='$(abs_top_builddir)' $(top_srcdir)/tests/bench/bench.py \
		--json bench.json --plot bench.svg $(BENCH)

size: all
	@XNS_BUILDDIR='$(abs_top_builddir)' $(SHELL) $(top_srcdir)/tests/bench/size.sh

MOSTLYCLEANFILES += bench.json bench.svg
.PHONY: bench size

# All that make check takes a sample of. The seed is one that is written down, or a new one each day.
RANDOM_SEED = $$(date +%Y%m%d)
RANDOM_COUNT = 3000
check-long: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=
	XNS_BUILDDIR='$(abs_top_builddir)' $(top_srcdir)/tests/fault/sweep.t --all
	for tool in unshare nsenter lsns ip-netns; do \
		XNS_BUILDDIR='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
			$(top_srcdir)/tests/compat/chance.py --seed $(RANDOM_SEED) --count $(RANDOM_COUNT) \
			$$tool || exit 1; \
	done
	XNS_BUILDDIR='$(abs_top_builddir)' XNS_SECONDS=7200 XNS_ROUNDS=200 \
		$(top_srcdir)/tests/cli/xnetns-crowd.t
	XNS_BUILDDIR='$(abs_top_builddir)' XNS_SECONDS=7200 XNS_KILLS=10000 \
		$(top_srcdir)/tests/cli/xnetns-kills.t
	XNS_BUILDDIR='$(abs_top_builddir)' XNS_SECONDS=7200 XNS_KILLS=10000 \
		$(top_srcdir)/tests/cli/xnetns-user-kills.t
	XNS_BUILDDIR='$(abs_top_builddir)' XNS_SECONDS=7200 XNS_ROUNDS=200 \
		$(top_srcdir)/tests/cli/pins-crowd.t
	XNS_BUILDDIR='$(abs_top_builddir)' XNS_SECONDS=7200 XNS_ROUNDS=10000 \
		$(top_srcdir)/tests/cli/xnsenter-safety.t
	for script in cgroups lifetimes; do \
		XNS_BUILDDIR='$(abs_top_builddir)' XNS_SECONDS=7200 XNS_ROUNDS=1000 \
			$(top_srcdir)/tests/cli/$$script.t || exit 1; \
	done
	$(MAKE) $(AM_MAKEFLAGS) check-kernels
	$(MAKE) $(AM_MAKEFLAGS) check-roots

# In fresh roots of Debian, as root, with its archive: both commands of README.md on each release, and the
# unit tests on other architectures.
check-roots: all
	XNS_BUILDDIR='$(abs_top_builddir)' $(top_srcdir)/tests/roots.sh || test $$? = 77
	XNS_BUILDDIR='$(abs_top_builddir)' $(top_srcdir)/tests/architectures.sh || test $$? = 77
EXTRA_DIST += tests/architectures.list tests/architectures.sh tests/fresh.sh tests/roots.sh

# The scripts of what depends on the kernel, where older kernels' lacks are made by a filter.
ON_KERNELS = check clocks drop effects fork helper hints ids-env maps mounts mounts-options mounts-readonly pin-processors pins pty rights root run-as \
	scenarios signals smoke xnetns xnetns-exec xnetns-monitor xnetns-store xnsenter \
	xnsenter-cgroup xnsenter-hints xnsenter-overwrite xnsenter-rights xnsenter-safety xnsls xnsls-held \
	xnsls-kernel xnsls-output xnsls-proc xnsls-scan
KERNELS = 4.18 5.4 5.10 6.1
check-kernels: all tests/cli/filter$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(top_srcdir)/tests/cli/kernels.t $(KERNELS:%=-k %) $(ON_KERNELS)

# In virtual machines, emulated in software: by hand, for hours. With Debian's kernel; there with systemd as init, for
# scopes and limits by controllers; and the whole suite with the newest kernel of the archive.
VM_TESTS = $(UNIT_TESTS:%='$(abs_top_builddir)'/%) $(ON_KERNELS:%='$(abs_top_srcdir)'/tests/cli/%.t)
check-vm: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=
	$(SHELL) $(top_srcdir)/tests/vm.sh '$(abs_top_builddir)' $(VM_TESTS)
	VM_INIT=systemd $(SHELL) $(top_srcdir)/tests/vm.sh '$(abs_top_builddir)' \
		'$(abs_top_srcdir)'/tests/cli/scopes.t '$(abs_top_srcdir)'/tests/cli/cgroups.t \
		'$(abs_top_srcdir)'/tests/cli/engines-systemd.t
	VM_SUITE=unstable VM_SECONDS=86400 $(SHELL) $(top_srcdir)/tests/vm.sh '$(abs_top_builddir)' \
		$(UNIT_TESTS:%='$(abs_top_builddir)'/%) $(CLI_TESTS:%='$(abs_top_srcdir)'/%)

clean-local:
	rm -rf vm roots tests/compat/archive

# FUZZ_SECONDS for each target, with clang's libFuzzer; what is found is left in fuzz/.
FUZZ_SECONDS = 10
fuzz: all
	XNS_SRCDIR='$(abs_top_srcdir)' XNS_FUZZ_TARGETS='$(FUZZ_TARGETS)' \
		$(SHELL) $(top_srcdir)/tests/fuzz/fuzz.sh $(FUZZ_SECONDS)

.PHONY: check-kernels check-long check-roots check-vm fuzz

# What the tests reach, in a build that was configured with --enable-coverage.
coverage: all
	@XNS_UNIT_TESTS='$(UNIT_TESTS)' XNS_CLI_TESTS='$(CLI_TESTS)' MAKE='$(MAKE)' \
		$(SHELL) $(top_srcdir)/tests/coverage.sh

MOSTLYCLEANFILES += coverage.log coverage.txt
.PHONY: coverage

# What checkers find without running anything.
lint: all
	@XNS_SRCDIR='$(abs_top_srcdir)' $(top_srcdir)/tests/lint.sh $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS)

MOSTLYCLEANFILES += compile_flags.txt lint.log
EXTRA_DIST += tests/lint.sh tests/.clang-tidy
.PHONY: lint
