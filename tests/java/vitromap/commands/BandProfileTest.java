// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.process.ColorProcessor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.VitroException;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** The command from a line on maps to plots and table. */
class BandProfileTest {
    private static final int X = 60;
    private static final int Y = 40;

    private ImagePlus image;
    private final BandProfile.Settings settings = new BandProfile.Settings();
    private final List<String> log = new ArrayList<>();

    /** Slices: a band about row 20, the column, and an angle. */
    @BeforeEach
    void maps() {
        float[] data = new float[3 * X * Y];
        for (int i = 0; i < X * Y; i++) {
            data[i] = i / X == 20 ? 5 : 1;
            data[X * Y + i] = i % X;
            data[2 * X * Y + i] = i % 2 == 0 ? 89 : -89;
        }
        data[7] = Float.NaN;
        MapSlice[] slices = {new MapSlice("d_rho", "%", MapSlice.Style.SIGNED), new MapSlice("e_xx", "%", MapSlice.Style.SIGNED),
            new MapSlice("angle_1", "deg", MapSlice.Style.ANGLE)};
        image = Output.maps("glass-Strain", X, Y, 2, slices, data);
    }

    private BandProfile.Result run() {
        return BandProfile.compute(image, settings, log::add);
    }

    private String message() {
        return assertThrows(VitroException.class, this::run).getMessage();
    }

    @Test
    void acrossAndAlong() {
        image.setRoi(new Line(10, 20, 50, 20));
        settings.width = 11;
        BandProfile.Result across = run();
        assertEquals(3, across.plots.length);
        assertEquals(11, across.table.size());
        for (int i = 0; i < 11; i++) {
            assertEquals(2 * (i - 5), across.table.getValue("distance (nm)", i), 1e-9);
            assertEquals(i == 5 ? 5 : 1, across.table.getValue("d_rho", i), 1e-6);
            assertEquals(0, across.table.getValue("d_rho error", i), 1e-6);
            assertEquals(30, across.table.getValue("e_xx", i), 1e-5);
            assertEquals(90, Math.abs(across.table.getValue("angle_1", i)), 0.1);
            assertEquals(41, across.table.getValue("pixels", i), 1e-6);
        }
        settings.along = true;
        BandProfile.Result along = run();
        assertEquals(41, along.table.size());
        for (int i = 0; i <= 40; i++) {
            assertEquals(10 + i, along.table.getValue("e_xx", i), 1e-5);
            assertEquals(15.0 / 11, along.table.getValue("d_rho", i), 1e-6);
        }
        assertEquals("glass-Strain-Band", along.image().getTitle());
        assertEquals(3, along.image().getStackSize());
    }

    @Test
    void aSegmentedLineAndItsMacroLine() {
        image.setRoi(new PolygonRoi(new float[] {10, 30, 30}, new float[] {10, 10, 30}, Roi.POLYLINE));
        settings.along = true;
        settings.width = 1;
        BandProfile.Result result = run();
        assertEquals(41, result.table.size());
        assertEquals(30, result.table.getValue("e_xx", 35), 1e-5);
        String info = (String) result.image().getProperty("Info");
        assertTrue(info.contains("run(\"4D-STEM Band Profile...\", \"width=1 along line=10,10,30,10,30,30\");"), info);
        image.deleteRoi();
        settings.line = "10,10,30,10,30,30";
        assertEquals(41, run().table.size());
    }

    @Test
    void theLinesOwnWidth() {
        Line line = new Line(10, 20, 50, 20);
        image.setRoi(line);
        assertEquals(10, run().table.size());
        assertTrue(log.toString().contains("a quarter"), log.toString());
        line.setStrokeWidth(6f);
        assertEquals(6, run().table.size());
    }

    @Test
    void badInput() {
        assertTrue(message().contains("line selection on 'glass-Strain'"));
        image.setRoi(new Roi(2, 2, 5, 5));
        assertTrue(message().contains("Rectangle"));
        image.setRoi(new Line(10, 20, 10.2, 20));
        assertTrue(message().contains("1 px"));
        image.deleteRoi();
        settings.line = "-50,-50,-20,-50";
        assertTrue(message().contains("outside the map"));
        settings.line = "1,2,3";
        assertTrue(message().contains("'1,2,3'"));
        settings.line = "1,2,3,x";
        assertTrue(message().contains("x1,y1,x2,y2"));
        settings.line = "1,2,30,20";
        settings.width = -2;
        assertTrue(message().contains("-2"));
        settings.width = 2;
        image = new ImagePlus("colours", new ColorProcessor(X, Y));
        assertTrue(message().contains("colour picture"));
    }
}
