/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import java.util.stream.LongStream;

/** What strain is measured against: a region of the scan, another dataset, or the median of all. */
public final class Reference {
    private final Dataset dataset;
    private final long[] frames;
    private final boolean other;

    private Reference(Dataset dataset, long[] frames, boolean other) {
        this.dataset = dataset;
        this.frames = frames;
        this.other = other;
    }

    /** The median over the whole scan. */
    public static Reference median(Dataset dataset) {
        return new Reference(dataset, null, false);
    }

    /** All patterns of another dataset, which must have the same detector. */
    public static Reference of(Dataset dataset, ImagePlus image) {
        Dataset other = Dataset.of(image);
        if (other.width() != dataset.width() || other.height() != dataset.height()) {
            throw wrong("The patterns of the reference '" + image.getTitle() + "' have " + other.width() + " x " + other.height() + " pixels, those of '"
                    + dataset.image().getTitle() + "' have " + dataset.width() + " x " + dataset.height() + ".");
        }
        return new Reference(other, null, true);
    }

    /** @param text 'x,y,width,height' in scan pixels, or the title of an open dataset, or empty = median */
    public static Reference of(Dataset dataset, String text) {
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            return median(dataset);
        }
        if (Region.isRectangle(trimmed)) {
            return new Reference(dataset, Region.rectangle(trimmed, dataset.scanX(), dataset.scanY(), dataset.image().getTitle()).frames(), false);
        }
        ImagePlus image = ij.WindowManager.getImage(trimmed);
        if (image == null) {
            throw wrong("The reference '" + trimmed + "' is neither a region 'x,y,width,height' of the scan nor the title of an open dataset.");
        }
        return of(dataset, image);
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }

    /** The other dataset, or the scan itself. */
    public Dataset dataset() {
        return dataset;
    }

    public boolean isOther() {
        return other;
    }

    public boolean isMedian() {
        return frames == null && !other;
    }

    /** The frames of the region; null = all. */
    public long[] frames() {
        return frames;
    }

    /** At most limit of the reference's frames, evenly spaced; those of a region that is not written yet stand for all that is there. */
    public FrameSource source(int limit) {
        FrameSource source = dataset.source();
        long[] there = frames == null ? new long[0] : LongStream.of(frames).filter(frame -> frame < source.ready()).toArray();
        return there.length == 0 ? SubsetSource.spread(source, limit) : SubsetSource.spread(source, there, limit);
    }
}
