/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

/** The user pressed ESC. */
public final class Cancelled extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Cancelled() {
        super("cancelled");
    }
}
