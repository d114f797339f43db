# Steps and plans.
common_libxns_a_SOURCES += \
	common/plan/rights.c common/plan/rights.h \
	common/plan/step.c common/plan/step.h \
	common/plan/steps.def
