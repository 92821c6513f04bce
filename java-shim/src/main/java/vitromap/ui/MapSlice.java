/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

/** One slice of a map stack: its label, its unit, and how it is shown. */
public final class MapSlice {
    /** How values are shown. */
    public enum Style {
        /** Around zero: symmetric range, diverging colours. */
        SIGNED,
        /** Degrees in (-90, 90], headless directions: cyclic colours. */
        ANGLE,
        /** Degrees in (-180, 180], directions: cyclic colours. */
        DIRECTION,
        /** From zero up. */
        POSITIVE,
        /** Any range. */
        VALUE,
        /** Status codes. */
        CODE
    }

    /** NAME-Strain; the order of vitro_strain_maps. */
    static final MapSlice[] STRAIN = {
        new MapSlice("e_xx", "%", Style.SIGNED), new MapSlice("e_yy", "%", Style.SIGNED), new MapSlice("e_xy", "%", Style.SIGNED),
        new MapSlice("e_vol", "%", Style.SIGNED), new MapSlice("e_dev", "%", Style.POSITIVE),
        new MapSlice("e_1", "%", Style.SIGNED), new MapSlice("e_2", "%", Style.SIGNED), new MapSlice("angle_1", "deg", Style.ANGLE),
        new MapSlice("d_rho", "%", Style.SIGNED), new MapSlice("energy", "%^2", Style.POSITIVE), new MapSlice("curl", "%/nm", Style.SIGNED)
    };

    /** NAME-Strain sigma. */
    static final MapSlice[] SIGMA = {
        new MapSlice("e_xx", "%", Style.POSITIVE), new MapSlice("e_yy", "%", Style.POSITIVE), new MapSlice("e_xy", "%", Style.POSITIVE),
        new MapSlice("e_vol", "%", Style.POSITIVE), new MapSlice("e_dev", "%", Style.POSITIVE), new MapSlice("d_rho", "%", Style.POSITIVE)
    };

    /** NAME-Ring. */
    static final MapSlice[] RING = {
        new MapSlice("center_x", "px", Style.VALUE), new MapSlice("center_y", "px", Style.VALUE),
        new MapSlice("q_max", "px", Style.VALUE), new MapSlice("q_min", "px", Style.VALUE), new MapSlice("theta_max", "deg", Style.ANGLE),
        new MapSlice("amplitude", "counts", Style.VALUE), new MapSlice("width", "px", Style.VALUE),
        new MapSlice("residual", "", Style.VALUE), new MapSlice("status", "", Style.CODE)
    };

    final String label;
    final String unit;
    final Style style;

    public MapSlice(String label, String unit, Style style) {
        this.label = label;
        this.unit = unit;
        this.style = style;
    }
}
