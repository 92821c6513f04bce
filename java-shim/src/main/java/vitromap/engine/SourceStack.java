/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

/** An ImageStack that can give its slices to a job without passing them through an ImageProcessor. */
public interface SourceStack {
    /** The frames in the order of the stack's slices; the stack keeps it open and owns it. */
    FrameSource source();
}
