# Manual pages, as they are installed.
dist_man_MANS += \
	man/xns.1 \
	man/xns-switching.7 \
	man/xns-tutorial.7 \
	man/xnsenter.1 \
	man/xnetns.8 \
	man/xnsls.8 \
	man/xunshare.1

# The JSON of xnsls, for programs that read it.
dist_doc_DATA = man/xnsls.schema.json

