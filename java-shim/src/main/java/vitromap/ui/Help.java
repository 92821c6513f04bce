/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

/** The user guide's pages, for the Help buttons. */
final class Help {
    private Help() {
    }

    /** A page as HTML for ImageJ's help window; null if the jar has none of that name. */
    static String html(String page) {
        return null;
    }
}
