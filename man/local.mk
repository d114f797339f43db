# Manual pages, as they are installed: dist_man_MANS += man/xunshare.1
