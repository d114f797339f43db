# Manual pages, as they are installed.
dist_man_MANS += \
	man/xns.1 \
	man/xunshare.1
