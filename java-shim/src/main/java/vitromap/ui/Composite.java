/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.ImagePlus;
import ij.measure.Calibration;
import ij.process.ColorProcessor;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Several maps in one picture, each in a colour of its own, with a legend. */
public final class Composite {
    /** Three that add to white, then more. */
    private static final Color[] COLOURS = {new Color(235, 50, 40), new Color(30, 175, 60), new Color(50, 95, 255), new Color(240, 160, 20), new Color(160, 60, 200),
        new Color(20, 180, 190), new Color(225, 75, 160), new Color(130, 115, 60)};
    private static final int SIZE = 480;
    private static final int BAR = 16;
    private static final int GAP = 10;
    private static final int UNMEASURED = 0x808080;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);

    private Composite() {
    }

    /** The colour of component j, in plots too. */
    static Color colour(int j) {
        return COLOURS[j % COLOURS.length];
    }

    /**
     * A picture: the maps enlarged by a whole number and beneath them a bar of colour for each, with its range. A map's colour goes from none to full over its
     * 1st to 99th percentile; colours add up. What was not measured is grey.
     *
     * @param maps one after the other, each height rows of width
     */
    public static ImagePlus of(String title, int width, int height, double stepNm, List<String> names, float[] maps) {
        int zoom = Math.max(1, SIZE / Math.max(width, height));
        int[] pixels = mixed(width * height, names.size(), maps);
        BufferedImage map = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        map.setRGB(0, 0, width, height, pixels, 0, width);
        int across = Math.max(width * zoom, SIZE);
        BufferedImage picture = new BufferedImage(across, height * zoom + GAP + names.size() * (BAR + GAP), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, across, picture.getHeight());
        g.drawImage(map, 0, 0, width * zoom, height * zoom, null);
        for (int j = 0; j < names.size(); j++) {
            legend(g, j, names.get(j), range(maps, j, width * height), height * zoom + GAP + j * (BAR + GAP), across);
        }
        g.dispose();
        ImagePlus image = new ImagePlus(title, new ColorProcessor(picture));
        if (stepNm > 0) {
            Calibration calibration = image.getCalibration();
            calibration.pixelWidth = stepNm / zoom;
            calibration.pixelHeight = stepNm / zoom;
            calibration.setUnit("nm");
        }
        return image;
    }

    private static double[] range(float[] maps, int j, int pixels) {
        return Output.range(java.util.Arrays.copyOfRange(maps, j * pixels, (j + 1) * pixels), MapSlice.Style.VALUE);
    }

    private static int[] mixed(int pixels, int count, float[] maps) {
        double[][] sum = new double[3][pixels];
        int[] mixed = new int[pixels];
        for (int j = 0; j < count; j++) {
            double[] range = range(maps, j, pixels);
            float[] colour = colour(j).getRGBColorComponents(null);
            for (int i = 0; i < pixels; i++) {
                double part = Math.max(0, Math.min(1, (maps[j * pixels + i] - range[0]) / (range[1] - range[0])));
                for (int c = 0; c < 3; c++) {
                    sum[c][i] += part * colour[c];
                }
            }
        }
        for (int i = 0; i < pixels; i++) {
            mixed[i] = Double.isNaN(sum[0][i]) ? UNMEASURED : byteOf(sum[0][i]) << 16 | byteOf(sum[1][i]) << 8 | byteOf(sum[2][i]);
        }
        return mixed;
    }

    private static int byteOf(double part) {
        return (int) Math.round(255 * Math.min(1, part));
    }

    private static void legend(Graphics2D g, int j, String name, double[] range, int top, int across) {
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setFont(FONT);
        FontMetrics metrics = g.getFontMetrics();
        String low = String.format(Locale.US, "%.3g", range[0]);
        String high = String.format(Locale.US, "%.3g", range[1]);
        int baseline = top + (BAR + metrics.getAscent() - metrics.getDescent()) / 2;
        int left = across / 2;
        int right = across - GAP - metrics.stringWidth(high) - GAP / 2;
        g.setColor(Color.BLACK);
        g.drawString(name, GAP, baseline);
        g.drawString(low, left - GAP / 2 - metrics.stringWidth(low), baseline);
        g.drawString(high, right + GAP / 2, baseline);
        float[] colour = colour(j).getRGBColorComponents(null);
        for (int x = left; x < right; x++) {
            float part = (x - left) / (float) (right - left - 1);
            g.setColor(new Color(part * colour[0], part * colour[1], part * colour[2]));
            g.fillRect(x, top, 1, BAR);
        }
    }
}
