/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Thermo Fisher's Velox writes beside its frames: text in JSON, a column of bytes for each frame. */
final class VeloxMetadata {
    private static final int MOST_BYTES = 1 << 20;

    private VeloxMetadata() {
    }

    static void describe(Hdf5Entry entry, Recording recording) {
        String text = text(entry.siblings.get("Metadata"));
        recording.voltage(1e-3 * number(text, "AccelerationVoltage"));
        recording.cameraLength(1e3 * number(text, "CameraLength"));
        Matcher unit = Pattern.compile("\"PixelUnitX\"\\s*:\\s*\"([^\"]*)\"").matcher(text);
        if (unit.find() && unit.group(1).equals("1/m")) {
            int size = text.indexOf("\"PixelSize\"");
            recording.qPerPixel(1e-10 * number(text.substring(Math.max(0, size)), "width"));
        }
    }

    /** The first frame's; empty if it cannot be read. */
    private static String text(Node node) {
        try {
            Dataset bytes = (Dataset) node;
            int[] size = bytes.getDimensions();
            boolean small = bytes.getSize() <= MOST_BYTES;
            Object rows = small ? bytes.getData() : bytes.getData(new long[] {0, 0}, new int[] {Math.min(size[0], MOST_BYTES), 1});
            byte[] text = new byte[Array.getLength(rows)];
            int n = 0;
            for (int i = 0; i < text.length; i++) {
                byte value = ((Number) Array.get(Array.get(rows, i), 0)).byteValue();
                if (value == 0) {
                    break;
                }
                text[n++] = value;
            }
            return new String(text, 0, n, StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            return ""; // metadata that cannot be read are none
        }
    }

    /** Velox writes numbers as text. */
    private static double number(String text, String key) {
        Matcher match = Pattern.compile("\"" + key + "\"\\s*:\\s*\"?([-+0-9.eE]+)").matcher(text);
        try {
            return match.find() ? Double.parseDouble(match.group(1)) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
