/* Not there yet. */
#include "error.h"
#define NOT_YET return vitro_fail(VITRO_STATE, "not there yet")
vitro_status vitro_find_mask(const float *m, int w, int h, uint8_t *k) { (void)m; (void)w; (void)h; (void)k; NOT_YET; }
vitro_status vitro_find_center(const float *m, const uint8_t *k, int w, int h, double c[2]) { (void)m; (void)k; (void)w; (void)h; (void)c; NOT_YET; }
vitro_status vitro_radial_profile(const float *m, const uint8_t *k, int w, int h, const double c[2], const double e[3], int b, float *p) { (void)m; (void)k; (void)w; (void)h; (void)c; (void)e; (void)b; (void)p; NOT_YET; }
vitro_status vitro_find_ring(const float *p, int b, double r[3]) { (void)p; (void)b; (void)r; NOT_YET; }
vitro_status vitro_find_ellipse(const float *m, int w, int h, const vitro_geometry *g, double c[2], double e[3]) { (void)m; (void)w; (void)h; (void)g; (void)c; (void)e; NOT_YET; }
vitro_status vitro_direct_ellipse_new(const vitro_frames *f, const vitro_geometry *g, double t, vitro_job **j) { (void)f; (void)g; (void)t; (void)j; NOT_YET; }
