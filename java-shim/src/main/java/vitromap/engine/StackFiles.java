/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImageStack;
import ij.VirtualStack;
import ij.io.FileInfo;
import ij.io.TiffDecoder;
import ij.plugin.FileInfoVirtualStack;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files behind ImageJ's own virtual stacks. Where one is missing or ends early, ImageJ gives a blank slice, or one with a message
 * painted on it; so they are looked at before a slice is taken.
 */
final class StackFiles {
    private final VirtualStack stack;
    /** One file with all slices has at least as many bytes; 0 = a file for each slice. */
    private final long needed;

    private StackFiles(VirtualStack stack, long needed) {
        this.stack = stack;
        this.needed = needed;
    }

    /** null = not a stack of this kind. */
    static StackFiles of(ImageStack stack) {
        if (stack.getClass() == FileInfoVirtualStack.class) {
            VirtualStack virtual = (VirtualStack) stack;
            return file(virtual, 1) != null && file(virtual, 1).equals(file(virtual, stack.getSize())) ? new StackFiles(virtual, end(virtual)) : null;
        } else if (stack.getClass() == VirtualStack.class && file((VirtualStack) stack, 1) != null) {
            return new StackFiles((VirtualStack) stack, 0);
        }
        return null;
    }

    private static File file(VirtualStack stack, int slice) {
        try {
            String folder = stack.getDirectory();
            String name = stack.getFileName(stack.translate(slice));
            return folder == null || name == null ? null : new File(folder, name);
        } catch (RuntimeException e) {
            return null; // a stack without files
        }
    }

    /** Where the last slice of a TIFF or raw file ends. */
    private static long end(VirtualStack stack) {
        long frame = (long) stack.getWidth() * stack.getHeight() * stack.getBitDepth() / 8;
        long end = stack.getSize() * frame;
        File file = file(stack, 1);
        try {
            FileInfo[] slices = new TiffDecoder(file.getParent() + File.separator, file.getName()).getTiffInfo();
            for (FileInfo slice : slices == null ? new FileInfo[0] : slices) {
                if (slice.compression > FileInfo.COMPRESSION_NONE) {
                    return 1;
                }
                end = Math.max(end, slice.getOffset() + Math.max(1, slice.nImages) * (frame + slice.getGap()) - slice.getGap());
            }
        } catch (IOException | RuntimeException e) {
            return end;
        }
        return end;
    }

    boolean has(Path path) throws IOException {
        for (int slice = 1; slice <= (needed > 0 ? 1 : stack.getSize()); slice++) {
            File file = file(stack, slice);
            if (file != null && file.getName().equals(path.getFileName().toString()) && file.exists() && Files.exists(path)
                    && Files.isSameFile(file.toPath(), path)) {
                return true;
            }
        }
        return false;
    }

    /** @throws IOException if the slice's file is missing or too short */
    void check(int slice) throws IOException {
        File file = file(stack, slice);
        if (file != null && !file.isFile()) {
            throw new IOException("Slice " + slice + " of " + stack.getSize() + " cannot be read: there is no file " + file);
        } else if (file != null && file.length() < needed) {
            throw new IOException("Slice " + slice + " of " + stack.getSize() + " cannot be read: " + file.getName() + " should have at least " + needed
                    + " bytes and has " + file.length() + "; it was cut off");
        }
    }
}
