#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vm.sh BUILDDIR TEST...   runs tests in a virtual machine with Debian's own kernel, and prints how many
#                          results each had. make check-vm, by hand: it is slow.
#
# TEST is a path below the source directory (a script) or the build directory (a program). The machine
# has this system's files, read-only through 9p under a layer of memory, so nothing is installed here.
# It is emulated in software, unless VM_ACCEL=kvm (which hangs in some virtual machines), and ends after
# VM_SECONDS at the latest. The kernel is what linux-image-amd64 of this system's suite depends on, or of VM_SUITE
# (unstable has the newest), and stays in BUILDDIR/vm. With VM_INIT=systemd the init is systemd, and the tests run as
# a service of it.
set -eu

# ---- inside ----

# One line for each test: its name, and how many results were good, skipped and bad.
run_tests()
{
	for test; do
		"$test" >/tmp/vm.out 2>&1 </dev/null || :
		echo "vm: ${test#"$XNS_SRCDIR/"}: $(grep -c '^ok ' /tmp/vm.out || :) ok," \
			"$(grep -c '^ok .* # SKIP' /tmp/vm.out || :) of them skipped," \
			"$(grep -c '^not ok' /tmp/vm.out || :) not ok," \
			"$(grep -x '1\.\.[0-9].*' /tmp/vm.out || echo 'no plan')"
		grep -A 8 '^not ok' /tmp/vm.out | sed 's/^/vm# /' || :
	done
	echo "vm: end"
}

if [ "$1" = inside ]; then
	shift
	XNS_BUILDDIR=$1 XNS_SRCDIR=$(cd "${0%/*}/.." && pwd)
	# Ten times as slow as here, or slower.
	XNS_RUN_LIMIT=300 XNS_SECONDS=3600 CMOCKA_MESSAGE_OUTPUT=TAP XNS_HARNESS=1
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
	export XNS_BUILDDIR XNS_SRCDIR XNS_RUN_LIMIT XNS_SECONDS CMOCKA_MESSAGE_OUTPUT XNS_HARNESS \
		PATH HOME
	shift
	echo "vm: $(uname -sr)"
	# As a manager would for its children; here nobody else uses them.
	[ -d /run/systemd/system ] || echo "+cpu +memory +pids" >/sys/fs/cgroup/cgroup.subtree_control
	run_tests "$@"
	exit
fi

# ---- outside ----

fail()
{
	echo "vm: $*" >&2
	exit 1
}

for tool in qemu-system-x86_64 busybox cpio dpkg-deb modprobe depmod; do
	command -v $tool >/dev/null || [ -x "/sbin/$tool" ] || fail "no $tool: packages" \
		"qemu-system-x86, busybox-static, cpio, dpkg, kmod"
done
self=$(cd "${0%/*}" && pwd)/${0##*/}
build=$1
shift
sources=${self%/vm.sh}
vm=$build/vm
kernel=$vm/kernel${VM_SUITE:+-$VM_SUITE}
mkdir -p "$vm"

# The packages of one kernel: since 2026 it is divided into several, which depend on each other.
kernel_packages()
{
	image=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: linux-image-//p' | head -n 1)
	apt-cache depends --recurse --important "linux-image-$image" | grep "^linux-.*-$image$" | sort -u
}

get_kernel()
{
	(
		# shellcheck source=tests/compat/apt.sh
		. "$sources/compat/apt.sh"
		begin "$kernel"
		[ -z "${VM_SUITE:-}" ] || private_apt deb "$VM_SUITE"
		cd "$part"
		# shellcheck disable=SC2046 # words
		apt-get download $(kernel_packages)
		for package in linux-*.deb; do
			dpkg-deb -x "$package" kernel
		done
		# Newer packages have all of the kernel there.
		if [ -d kernel/usr/lib/modules ]; then
			ln -s usr/lib kernel/lib
			mkdir kernel/boot
			cp kernel/lib/modules/*/vmlinuz "kernel/boot/vmlinuz-$(ls kernel/lib/modules)"
		fi
		mv kernel "$vm/kernel.new"
	)
	mv "$vm/kernel.new" "$kernel"
}

# Loads what is needed to see our files, puts a layer of memory on top, and goes there.
write_init()
{
	cat <<END
#!/bin/busybox sh
/bin/busybox --install /bin
PATH=/bin
mkdir -p /proc /sys /dev /host /layer /new
mount -t devtmpfs dev /dev
for module in \$(cat /modules/order); do insmod /modules/\$module; done
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose root /host
mount -t tmpfs layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /new
mount -t proc proc /new/proc
mount -t sysfs sys /new/sys
mount --move /dev /new/dev
mkdir -p /new/dev/pts /new/dev/shm
ln -s /proc/self/fd /new/dev/fd
for fd in 0/stdin 1/stdout 2/stderr; do ln -s /proc/self/fd/\${fd%/*} /new/dev/\${fd#*/}; done
mount -t devpts pts /new/dev/pts
mount -t tmpfs run /new/run
# In overlayfs files and directories differ in their device. Our own files may lie there, though.
case "$self $build" in /tmp/* | *" /tmp/"*) ;; *) mount -t tmpfs tmp /new/tmp ;; esac
ifconfig lo up
if [ "${VM_INIT:-}" = systemd ]; then
	cat >/new/etc/systemd/system/xns-test.service <<UNIT
[Unit]
After=basic.target dbus.socket systemd-logind.service
Wants=dbus.socket systemd-logind.service
[Service]
ExecStart=/bin/sh "$self" inside "$build" $*
ExecStopPost=/bin/sh -c "echo o >/proc/sysrq-trigger"
StandardInput=null
StandardOutput=file:/dev/ttyS0
StandardError=inherit
UNIT
	rm -f /new/etc/fstab /new/etc/systemd/system/*.wants/*
	umount /new/run
	exec switch_root /new /lib/systemd/systemd --unit=xns-test.service
fi
mount -t cgroup2 cgroup /new/sys/fs/cgroup
exec switch_root /new /bin/sh -c '"\$0" inside "\$@"; echo o >/proc/sysrq-trigger; sleep 60' \\
	"$self" "$build" $*
END
}

make_initramfs()
{
	rm -rf "$vm/root"
	mkdir -p "$vm/root/bin" "$vm/root/modules"
	cp "$(command -v busybox)" "$vm/root/bin/busybox"
	for module in virtio_pci 9pnet_virtio 9p overlay; do
		/sbin/modprobe -d "$kernel" -S "$version" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r path; do
		cp "$path" "$vm/root/modules"
		basename "$path" >>"$vm/root/modules/order"
	done
	write_init "$@" >"$vm/root/init"
	chmod 755 "$vm/root/init"
	(cd "$vm/root" && find . | cpio -o -H newc --quiet) | gzip >"$vm/initramfs.gz"
}

[ -d "$kernel" ] || get_kernel
version=$(cd "$kernel/lib/modules" && echo *)
/sbin/depmod -b "$kernel" "$version"
make_initramfs "$@"
timeout "${VM_SECONDS:-7200}" qemu-system-x86_64 -machine "accel=${VM_ACCEL:-tcg}" -cpu max -smp 2 -m 2048 \
	-display none -no-reboot -serial stdio -monitor none -nic none \
	-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap \
	-kernel "$kernel/boot/vmlinuz-$version" -initrd "$vm/initramfs.gz" \
	-append "console=ttyS0 quiet panic=-1" </dev/null >"$vm/log" || :
tr -d '\r' <"$vm/log" | grep '^vm[:#]' || :
tr -d '\r' <"$vm/log" | grep -qx 'vm: end' || fail "it did not come to its end; see $vm/log"
! tr -d '\r' <"$vm/log" | grep -q '^vm: .* [1-9][0-9]* not ok\|^vm: .* no plan'
