# Steps and plans.
common_libxns_a_SOURCES += \
	common/plan/explain.c common/plan/explain.h \
	common/plan/step.c common/plan/step.h
