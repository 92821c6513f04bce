/* Not there yet. */
#include "error.h"
#define NOT_YET return vitro_fail(VITRO_STATE, "not there yet")
vitro_status vitro_direct_ellipse_new(const vitro_frames *f, const vitro_geometry *g, double t, vitro_job **j) { (void)f; (void)g; (void)t; (void)j; NOT_YET; }
