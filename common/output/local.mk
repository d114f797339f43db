# Prints: JSON and tables.
common_libxns_a_SOURCES += \
	common/output/diag.c common/output/diag.h \
	common/output/json.c common/output/json.h \
	common/output/table.h

# Tables need libsmartcols.
if HAVE_TABLES
common_libxns_a_SOURCES += common/output/table.c
endif
