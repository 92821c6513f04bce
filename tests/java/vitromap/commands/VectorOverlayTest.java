// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import vitromap.engine.VitroException;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** The command from maps of vectors to pictures. */
class VectorOverlayTest {
    private static final int X = 20;
    private static final int Y = 12;
    private static final int ZOOM = 24;

    private final VectorOverlay.Settings settings = new VectorOverlay.Settings();
    private final List<String> log = new ArrayList<>();

    /** A stack of two maps, each of one value, but for a corner that is not measured. */
    private static ImagePlus maps(String first, double a, String second, double b) {
        float[] data = new float[2 * X * Y];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (i % (X * Y) == 0 ? Double.NaN : i < X * Y ? a : b);
        }
        MapSlice[] slices = {new MapSlice(first, "px", MapSlice.Style.SIGNED), new MapSlice(second, "px", MapSlice.Style.SIGNED)};
        return Output.maps("some-CoM", X, Y, 2, slices, data);
    }

    private ImagePlus run(ImagePlus image) {
        return VectorOverlay.compute(image, settings, log::add);
    }

    private String message(ImagePlus image) {
        return assertThrows(VitroException.class, () -> run(image)).getMessage();
    }

    private static Rectangle first(Overlay overlay) {
        return overlay.get(1).getBounds();
    }

    @Test
    void arrowsPointRightAndUp() {
        settings.spacing = 4;
        settings.scale = 1.5;
        ImagePlus right = run(maps("x", 2, "y", 0));
        assertEquals("some-CoM-Vectors", right.getTitle());
        assertEquals(2 * 15, right.getOverlay().size()); // 5 x 3 arrows with their rims
        assertEquals(3.0 * ZOOM, first(right.getOverlay()).width, 2);
        assertTrue(first(right.getOverlay()).height < 12);
        assertEquals(2 * ZOOM, first(right.getOverlay()).getCenterX(), 1.5); // the middle of the block
        Roi up = run(maps("x", 0, "y", 2)).getOverlay().get(1);
        assertTrue(up.getBounds().height > 4 * up.getBounds().width);
        int tip = up.getBounds().y + 2;
        int end = up.getBounds().y + up.getBounds().height - 2;
        assertTrue(widthAt(up, tip + 5) > widthAt(up, end - 5), "the head is above");
        assertEquals(2.0 / ZOOM, right.getCalibration().pixelWidth, 1e-12);
    }

    private static int widthAt(Roi roi, int y) {
        int n = 0;
        for (int x = roi.getBounds().x; x < roi.getBounds().x + roi.getBounds().width; x++) {
            n += roi.contains(x, y) ? 1 : 0;
        }
        return n;
    }

    @Test
    void directionsOfLinesHaveNoHead() {
        run(maps("e_dev", 2, "angle_1", 90));
        assertTrue(log.toString().contains("headless"), log.toString());
        log.clear();
        settings.kind = "headless";
        run(maps("x", 1, "y", 1));
        assertTrue(log.isEmpty());
    }

    @Test
    void coloursTellTheDirection() {
        settings.kind = "colour wheel";
        settings.scale = 2;
        int right = pixel(run(maps("x", 2, "y", 0)));
        int left = pixel(run(maps("x", -2, "y", 0)));
        assertTrue(right != left);
        assertEquals(right, pixel(run(maps("magnitude", 2, "angle", 0))));
        assertEquals(left, pixel(run(maps("magnitude", 2, "angle", 180))));
        int half = pixel(run(maps("x", 1, "y", 0)));
        for (int shift = 0; shift <= 16; shift += 8) {
            assertEquals((right >> shift & 255) / 2.0, half >> shift & 255, 1);
        }
        assertEquals(pixel(run(maps("e_dev", 2, "angle_1", 90))), pixel(run(maps("e_dev", 2, "angle_1", -90))));
        ImagePlus image = run(maps("x", 2, "y", 0));
        assertEquals(0x808080, image.getProcessor().get(ZOOM / 2, ZOOM / 2) & 0xffffff); // not measured
        assertTrue(image.getWidth() > X * ZOOM, "the legend is in the picture");
    }

    private static int pixel(ImagePlus picture) {
        return picture.getProcessor().get(5 * ZOOM + 3, 5 * ZOOM + 3) & 0xffffff;
    }

    @Test
    void infoMakesThePictureAgain() {
        settings.magnitude = "magnitude";
        settings.angle = "angle";
        String info = (String) run(maps("magnitude", 1, "angle", 30)).getProperty("Info");
        assertTrue(info.contains("run(\"4D-STEM Vector Overlay...\", \"x=[] y=[] magnitude=magnitude angle=angle kind=arrows spacing=0 scale=0\");"), info);
    }

    @Test
    void badInput() {
        ImagePlus image = maps("x", 1, "y", 0);
        settings.x = "x";
        assertTrue(message(image).contains("y is missing"));
        settings.angle = "y";
        assertTrue(message(image).contains("either"));
        settings.x = "";
        settings.angle = "";
        settings.magnitude = "x";
        assertTrue(message(image).contains("angle"));
        settings.magnitude = "";
        settings.kind = "lines";
        assertTrue(message(image).contains("arrows; headless; colour wheel"));
        settings.kind = "arrows";
        settings.scale = -1;
        assertTrue(message(image).contains("-1"));
        settings.scale = 0;
        assertTrue(message(new ImagePlus("plain", new FloatProcessor(X, Y))).contains("'plain' has no slices"));
        settings.x = "no such map";
        settings.y = "y";
        assertTrue(message(image).contains("'no such map'"));
        settings.x = "";
        settings.y = "";
        assertTrue(message(maps("x", Double.NaN, "y", 1)).contains("measured"));
        FloatProcessor large = new FloatProcessor(300, 300);
        ImagePlus many = Output.maps("many", 300, 300, 0, new MapSlice[] {new MapSlice("x", "", MapSlice.Style.SIGNED), new MapSlice("y", "", MapSlice.Style.SIGNED)},
                new float[2 * large.getPixelCount()]);
        settings.spacing = 1;
        assertTrue(message(many).contains("larger spacing"));
    }
}
